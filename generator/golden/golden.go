// Package golden compares a project's files as the generator makes them with
// the files in a folder, and records them there.
package golden

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/diff"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

// A Kind says what is wrong with a file.
type Kind string

// The kinds of differences.
const (
	Different Kind = "different"
	Missing   Kind = "missing" // the generator makes it, and it is not there
	Extra     Kind = "extra"   // it is there, and the generator does not make it
)

// A Difference is a file that is not as the generator makes it.
type Difference struct {
	Path   string `json:"path"` // slash-separated, below the folder
	Kind   Kind   `json:"kind"`
	Reason string `json:"reason,omitempty"` // for people
	Line   int    `json:"line,omitempty"`   // of the file that is there, the first one that differs
	Diff   string `json:"diff,omitempty"`   // unified: from what is there to what is made
}

// Changed returns the difference between the bytes that a file has and those
// that it should have.
func Changed(path, reason string, have, want []byte) Difference {
	d := Difference{Path: path, Kind: Different, Reason: reason, Line: 1}
	if edits := diff.Lines(diff.Split(have), diff.Split(want)); len(edits) > 0 {
		d.Line = edits[0].Start + 1
	}
	d.Diff = string(diff.Unified("a/"+path, "b/"+path, have, want))
	return d
}

// Compare holds the files of a folder, by path, against those that the
// generator makes, byte for byte. The differences are sorted by path.
func Compare(recorded map[string][]byte, files []render.File) []Difference {
	var list []Difference
	made := make(map[string]bool, len(files))
	for _, f := range files {
		made[f.Path] = true
		have, ok := recorded[f.Path]
		switch {
		case !ok:
			list = append(list, Difference{Path: f.Path, Kind: Missing})
		case !bytes.Equal(have, f.Content):
			list = append(list, Changed(f.Path, "", have, f.Content))
		}
	}
	for path := range recorded {
		if !made[path] {
			list = append(list, Difference{Path: path, Kind: Extra})
		}
	}
	Sort(list)
	return list
}

// Sort puts differences in the order of their paths.
func Sort(list []Difference) {
	slices.SortFunc(list, func(a, b Difference) int { return cmp.Compare(a.Path, b.Path) })
}
