package diff

import (
	"bytes"
	"fmt"
	"strings"
)

// context is how many common lines are shown around an edit.
const context = 3

// Unified returns what makes b of a in the form that patch and git apply
// understand, nothing when they are equal.
func Unified(oldName, newName string, a, b []byte) []byte {
	if bytes.Equal(a, b) {
		return nil
	}
	u := &unified{a: Split(a), b: Split(b)}
	fmt.Fprintf(&u.out, "--- %s\n+++ %s\n", oldName, newName)
	edits := Lines(u.a, u.b)
	for len(edits) > 0 {
		n := 1
		for n < len(edits) && edits[n].Start-edits[n-1].End <= 2*context {
			n++
		}
		u.hunk(edits[:n])
		edits = edits[n:]
	}
	return u.out.Bytes()
}

type unified struct {
	a, b []string
	out  bytes.Buffer
}

// hunk prints edits that lie near to each other.
func (u *unified) hunk(edits []Edit) {
	first, last := edits[0], edits[len(edits)-1]
	before := min(context, first.Start)
	after := min(context, len(u.a)-last.End)
	start, end := first.Start-before, last.End+after
	fmt.Fprintf(&u.out, "@@ -%s +%s @@\n", extent(start, end), extent(first.NewStart-before, last.NewEnd+after))
	at := start
	for _, e := range edits {
		u.print(" ", u.a[at:e.Start])
		u.print("-", u.a[e.Start:e.End])
		u.print("+", u.b[e.NewStart:e.NewEnd])
		at = e.End
	}
	u.print(" ", u.a[at:end])
}

// extent prints the lines [start, end), counted from 0, as hunks do: counted
// from 1, and an empty part by the line before it.
func extent(start, end int) string {
	switch end - start {
	case 0:
		return fmt.Sprintf("%d,0", start)
	case 1:
		return fmt.Sprint(start + 1)
	}
	return fmt.Sprintf("%d,%d", start+1, end-start)
}

func (u *unified) print(sign string, lines []string) {
	for _, line := range lines {
		u.out.WriteString(sign)
		u.out.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			u.out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
