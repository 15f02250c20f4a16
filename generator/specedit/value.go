package specedit

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// A value is what is written behind a key: a text, a list of texts, or a
// mapping.
type value struct {
	text  string
	list  []string
	pairs []Pair
	lines bool // a mapping that takes a line for each pair where it can
}

// A Pair is a name and what stands behind it: a field and its type.
type Pair struct {
	Name string
	Type string

	value *value // in place of Type
}

func (p Pair) content() value {
	if p.value != nil {
		return *p.value
	}
	return value{text: p.Type}
}

func mapping(pairs ...Pair) *value { return &value{pairs: pairs} }

func lines(pairs ...Pair) *value { return &value{pairs: pairs, lines: true} }

// inline writes a value on one line.
func (v value) inline(within bool) string {
	parts := []string{}
	switch {
	case v.pairs != nil:
		for _, p := range v.pairs {
			parts = append(parts, quote(p.Name, true)+": "+p.content().inline(true))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case v.list != nil:
		for _, item := range v.list {
			parts = append(parts, quote(item, true))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return quote(v.text, within)
}

// block writes a pair as lines without the first one's indentation.
func (p Pair) block(indent, step, width int) []string {
	v, key := p.content(), quote(p.Name, false)+":"
	if v.pairs == nil || !v.lines || len(v.pairs) == 0 {
		gap := max(1, width-len([]rune(key)))
		return []string{key + strings.Repeat(" ", gap) + v.inline(false)}
	}
	out := []string{key}
	for _, inner := range v.pairs {
		text := inner.block(indent+step, step, 0)
		text[0] = strings.Repeat(" ", indent+step) + text[0]
		out = append(out, text...)
	}
	return out
}

// nodes are a pair as it has to be read again.
func (p Pair) nodes() []*spec.Node {
	return []*spec.Node{{Value: p.Name}, p.content().node()}
}

func (v value) node() *spec.Node {
	switch {
	case v.pairs != nil:
		n := &spec.Node{Kind: spec.MappingNode}
		for _, p := range v.pairs {
			n.Content = append(n.Content, p.nodes()...)
		}
		return n
	case v.list != nil:
		n := &spec.Node{Kind: spec.ListNode}
		for _, item := range v.list {
			n.Content = append(n.Content, &spec.Node{Value: item})
		}
		return n
	}
	return &spec.Node{Value: v.text}
}

// quote quotes what YAML would not read as this text, or not everywhere.
func quote(s string, within bool) string {
	switch {
	case s != "" && !isYAMLWord(s) && strings.IndexFunc(s, special(within)) < 0 && plainEdges(s):
		return s
	case !strings.ContainsAny(s, `"\`) && strings.IndexFunc(s, notPrintable) < 0:
		return `"` + s + `"`
	case strings.IndexFunc(s, notPrintable) < 0:
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return strconv.Quote(s)
}

// special returns what is no letter of a text without quotes, within brackets
// or outside.
func special(within bool) func(rune) bool {
	safe := " _-.()|!=$>/+"
	if !within {
		safe += "?,'"
	}
	return func(r rune) bool {
		return !unicode.IsLetter(r) && (r < '0' || r > '9') && !strings.ContainsRune(safe, r)
	}
}

// plainEdges reports whether a text begins and ends as one without quotes may.
func plainEdges(s string) bool {
	if strings.TrimSpace(s) != s {
		return false
	}
	return s[0] != '-' && !strings.ContainsRune("!?,'|>=.", rune(s[0])) || strings.HasPrefix(s, "->")
}

func notPrintable(r rune) bool { return !strconv.IsPrint(r) || r == unicode.ReplacementChar }

func isYAMLWord(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n", "~":
		return true
	}
	return s[0] >= '0' && s[0] <= '9' || s[0] == '+'
}
