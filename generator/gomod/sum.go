package gomod

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// MergeSum returns the lines of both go.sum files, each once, in the order in
// which the go command writes them. Lines that are no checksums (a merge
// conflict's markers, say) stay, at the end, for the go command to complain
// about. When current holds all of ours, the result is exactly current.
func MergeSum(current, ours []byte) []byte {
	lines := sumLines(current)
	has := map[string]bool{}
	for _, l := range lines {
		has[l.text] = true
	}
	added := false
	for _, l := range sumLines(ours) {
		if !has[l.text] {
			has[l.text] = true
			lines = append(lines, l)
			added = true
		}
	}
	if !added {
		return current
	}
	slices.SortStableFunc(lines, sumLine.compare)
	lines = slices.CompactFunc(lines, func(a, b sumLine) bool { return a.path != "" && a.text == b.text })
	var out bytes.Buffer
	for _, l := range lines {
		out.WriteString(l.text)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// A sumLine is one line of a go.sum; path is empty when it is no checksum.
type sumLine struct {
	text, path, version, file string
}

func sumLines(data []byte) []sumLine {
	var lines []sumLine
	for text := range strings.Lines(string(data)) {
		text = strings.TrimRight(text, "\r\n")
		if strings.TrimSpace(text) != "" {
			lines = append(lines, parseSumLine(text))
		}
	}
	return lines
}

func parseSumLine(text string) sumLine {
	fields := strings.Fields(text)
	if len(fields) != 3 {
		return sumLine{text: text}
	}
	version, file, _ := strings.Cut(fields[1], "/")
	return sumLine{text: strings.Join(fields, " "), path: fields[0], version: version, file: file}
}

func (l sumLine) compare(m sumLine) int {
	if l.path == "" || m.path == "" {
		return cmp.Compare(btoi(l.path == ""), btoi(m.path == ""))
	}
	return cmp.Or(
		cmp.Compare(l.path, m.path),
		semver.Compare(l.version, m.version),
		cmp.Compare(l.file, m.file),
		cmp.Compare(l.text, m.text),
	)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
