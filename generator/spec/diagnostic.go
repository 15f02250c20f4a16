package spec

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says whether a diagnostic stops the generator.
type Severity string

// The severities. Only an Error stops the generator.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// maxDiagnostics bounds what one spec can make us say; nobody reads further.
const maxDiagnostics = 200

// A Diagnostic is one thing to say about the spec. Lines and columns count
// from 1, columns in runes; EndCol is exclusive.
type Diagnostic struct {
	File              string
	Line, Col, EndCol int
	Severity          Severity
	Code              string // short and stable: "unknown-key"
	Message           string // what is wrong and why, no final stop
	Fix               string // what to do about it, "" when the message says it
	Suggestion        string // the word that was probably meant, "" for none

	dropped bool // nobody will see it
}

// Suggest sets the suggestion to the candidate that word was probably meant to
// be, if one is near.
func (d *Diagnostic) Suggest(word string, candidates []string) {
	if !d.dropped {
		d.Suggestion = nearest(word, candidates)
	}
}

// Diagnostics gathers what there is to say about one spec, together with the
// spec's text, so that it can show the lines. It is not safe for concurrent use.
type Diagnostics struct {
	file    string
	src     *source
	list    []*Diagnostic
	errors  int
	dropped int
}

// Errorf adds an error at a place of the spec. The caller may complete Fix and
// Suggestion of the diagnostic it returns.
func (d *Diagnostics) Errorf(at Span, code, format string, args ...any) *Diagnostic {
	d.errors++
	return d.add(at, Error, code, fmt.Sprintf(format, args...))
}

// Warnf adds a warning, as Errorf adds an error.
func (d *Diagnostics) Warnf(at Span, code, format string, args ...any) *Diagnostic {
	return d.add(at, Warning, code, fmt.Sprintf(format, args...))
}

func (d *Diagnostics) add(at Span, severity Severity, code, message string) *Diagnostic {
	diag := &Diagnostic{
		File: d.file, Line: max(at.Line, 1), Col: max(at.Col, 1),
		Severity: severity, Code: code, Message: message,
	}
	diag.EndCol = max(at.EndCol, diag.Col+1)
	if len(d.list) >= maxDiagnostics {
		d.dropped++
		diag.dropped = true
		return diag
	}
	d.list = append(d.list, diag)
	return diag
}

// Len returns the number of diagnostics kept, at most 200.
func (d *Diagnostics) Len() int { return len(d.list) }

// HasErrors reports whether an error is among them.
func (d *Diagnostics) HasErrors() bool { return d.errors > 0 }

// All returns a copy of the diagnostics in the order of the spec.
func (d *Diagnostics) All() []Diagnostic {
	all := make([]Diagnostic, len(d.list))
	for i, diag := range d.list {
		all[i] = *diag
	}
	slices.SortStableFunc(all, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return all
}
