package main

import (
	"encoding/json"

	"github.com/featherscaffold/featherscaffold/generator/project"
)

// A jsonReport is what --json prints; the help of plan describes it.
type jsonReport struct {
	Format      int              `json:"format"`
	Applied     bool             `json:"applied"`
	Exit        int              `json:"exit"`
	Changes     []jsonChange     `json:"changes"`
	Unchanged   int              `json:"unchanged"`
	Losses      []jsonLoss       `json:"losses,omitempty"`
	Renames     []string         `json:"renames,omitempty"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
}

// A jsonLoss is a change by which records in a database lose something.
type jsonLoss struct {
	Service string `json:"service"`
	Field   string `json:"field,omitempty"`
	Change  string `json:"change"`
	Loses   string `json:"loses"`
}

type jsonChange struct {
	Path     string     `json:"path"`
	From     string     `json:"from,omitempty"`
	Class    string     `json:"class"`
	Action   string     `json:"action"`
	Template string     `json:"template,omitempty"`
	Service  string     `json:"service,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Saved    string     `json:"saved,omitempty"`
	Notes    []jsonNote `json:"notes,omitempty"`
	Diff     string     `json:"diff,omitempty"`
}

type jsonNote struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

type jsonDiagnostic struct {
	File       string `json:"file"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Severity   string `json:"severity"`
	Code       string `json:"code"`
	Message    string `json:"message"`
	Fix        string `json:"fix,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
}

// reportJSON prints what a run did, or why it did nothing, and ends the
// command with an exit status. p is nil when the spec has errors.
func (c *cli) reportJSON(g *generation, p *project.Plan, flags generateFlags, applied bool, code int) error {
	r := jsonReport{Format: 1, Applied: applied, Exit: code, Changes: []jsonChange{}, Diagnostics: []jsonDiagnostic{}}
	for _, d := range g.diags.All() {
		r.Diagnostics = append(r.Diagnostics, jsonDiagnostic{
			File: d.File, Line: d.Line, Column: d.Col, Severity: string(d.Severity),
			Code: d.Code, Message: d.Message, Fix: d.Fix, Suggestion: d.Suggestion,
		})
	}
	if p != nil {
		r.Unchanged = p.Unchanged
		for _, change := range p.Changes {
			r.Changes = append(r.Changes, changeJSON(change, flags.diff))
		}
	}
	if g.out != nil {
		for _, l := range g.out.Losses() {
			r.Losses = append(r.Losses, jsonLoss{l.Service(), l.Field(), string(l.Kind), l.Loses})
		}
		for _, guess := range g.out.Guesses {
			r.Renames = append(r.Renames, guess.Entry())
		}
	}
	enc := json.NewEncoder(c.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return err
	}
	return exitWith(code)
}

func changeJSON(change project.Change, withDiff bool) jsonChange {
	j := jsonChange{
		Path: change.Path, From: change.From, Class: string(change.Class), Action: string(change.Action),
		Template: change.Template, Service: change.Unit, Reason: change.Reason, Saved: change.Saved,
	}
	for _, n := range change.Notes {
		j.Notes = append(j.Notes, jsonNote(n))
	}
	if withDiff {
		j.Diff = string(unified(&change))
	}
	return j
}
