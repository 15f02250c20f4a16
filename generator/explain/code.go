// Package explain says what the codes of diagnostics mean, and what stands
// behind a file of a project. It explains; it decides nothing.
package explain

import (
	_ "embed" // for the directive below
	"strings"
)

//go:embed codes.txt
var codesText string

// A Code is the explanation of a diagnostic's code. Examples are parts of a
// spec; a few codes have none.
type Code struct {
	Name    string
	Meaning string // lines, no break at the end
	Wrong   string // a part of a spec that gets the code, "" for none
	Right   string // the same as it should be, "" for none
}

// Codes returns the explanations, sorted by name.
func Codes() []Code {
	var codes []Code
	for _, section := range strings.Split("\n"+codesText, "\n== ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		meaning, examples, _ := strings.Cut(rest, "-- wrong\n")
		wrong, right, _ := strings.Cut(examples, "-- right\n")
		codes = append(codes, Code{Name: name, Meaning: strings.TrimSpace(meaning), Wrong: wrong, Right: right})
	}
	return codes
}

// FindCode returns the explanation of a code.
func FindCode(name string) (Code, bool) {
	for _, c := range Codes() {
		if c.Name == name {
			return c, true
		}
	}
	return Code{}, false
}
