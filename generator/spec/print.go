package spec

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// maxLineWidth is how much of a source line is shown around the place.
const maxLineWidth = 120

// Print writes the diagnostics in the order of the spec, each with its source
// line, carets below the place, the fix and the word that was probably meant.
// Escape sequences for colour are written only when color is set; those in the
// spec itself never reach w. Errors of w are returned.
func (d *Diagnostics) Print(w io.Writer, color bool) error {
	p := printer{Writer: bufio.NewWriter(w), src: d.src, color: color}
	for i, diag := range d.All() {
		if i > 0 {
			p.WriteByte('\n')
		}
		p.diagnostic(diag)
	}
	if d.dropped > 0 {
		fmt.Fprintf(p, "\n… and %d more\n", d.dropped)
	}
	return p.Flush()
}

// printer keeps the first write error by way of its bufio.Writer.
type printer struct {
	*bufio.Writer
	src   *source
	color bool
}

// The styles of a diagnostic's parts, as SGR parameters.
const (
	styleError   = "1;31"
	styleWarning = "1;33"
	styleBold    = "1"
	styleDim     = "2"
	styleHint    = "36"
)

func (p printer) paint(style, text string) string {
	if !p.color {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (p printer) diagnostic(d Diagnostic) {
	style := styleError
	if d.Severity == Warning {
		style = styleWarning
	}
	place := fmt.Sprintf("%s:%d:%d:", d.File, d.Line, d.Col)
	label := fmt.Sprintf("%s[%s]:", d.Severity, d.Code)
	fmt.Fprintf(p, "%s %s %s\n", p.paint(styleBold, visible(place)), p.paint(style, label), visible(d.Message))

	number := fmt.Sprintf("%5d", d.Line)
	indent := strings.Repeat(" ", len(number)+1)
	line, caretPad, carets := excerpt(p.src.line(d.Line), d.Col, d.EndCol)
	fmt.Fprintf(p, "%s %s\n", p.paint(styleDim, number+" |"), line)
	fmt.Fprintf(p, "%s %s%s\n", p.paint(styleDim, indent+"|"), caretPad, p.paint(style, carets))
	if d.Fix != "" {
		fmt.Fprintf(p, "%s %s\n", p.paint(styleHint, indent+"fix:"), visible(d.Fix))
	}
	if d.Suggestion != "" {
		fmt.Fprintf(p, "%sdid you mean %s?\n", indent, p.paint(styleHint, strconv.Quote(d.Suggestion)))
	}
}

// excerpt cuts a source line to the part that matters and returns it with the
// padding and the carets of the line below.
func excerpt(text string, col, endCol int) (line, pad, carets string) {
	runes := []rune(text)
	from := 0
	if len(runes) > maxLineWidth && col > maxLineWidth/2 {
		from = min(col-maxLineWidth/2, len(runes))
	}
	to := min(len(runes), from+maxLineWidth)
	line = visible(string(runes[from:to]))
	if from > 0 {
		line, pad = "…"+line, " "
	}
	if to < len(runes) {
		line += "…"
	}
	start, end := min(col-1, to), min(endCol-1, to)
	if start < from {
		start = from
	}
	pad += strings.Repeat(" ", width(runes[from:start]))
	return line, pad, strings.Repeat("^", max(1, width(runes[start:max(start, end)])))
}

// visible replaces what would act on a terminal, tabs by a single space so
// that the carets stand where they should.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case !unicode.IsGraphic(r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// width returns the columns that the runes take on a terminal.
func width(runes []rune) int {
	n := 0
	for _, r := range runes {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
			r >= 0xFF01 && r <= 0xFF60, r >= 0x1F300 && r <= 0x1FAFF:
			n += 2
		default:
			n++
		}
	}
	return n
}
