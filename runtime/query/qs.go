package query

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// The bounds of a query string. The first three are those that Feathers on
// Express gives the parser of the npm package qs.
const (
	maxParameters = 1000    // further ones are dropped
	maxDepth      = 5       // brackets behind a name; what follows is one literal key
	maxElements   = 1000    // of an array; a longer one becomes an object
	maxRaw        = 1 << 20 // bytes
)

// ParseString parses a query string, without its question mark, as the npm
// package qs does with the settings of Feathers on Express: brackets nest and
// make arrays, and every leaf is a string. Whatever is malformed stays
// literal; the only error is an *Error for a string of more than 1 MiB.
func ParseString(raw string) (Tree, error) {
	if raw == "" {
		return Tree{}, nil
	}
	if len(raw) > maxRaw {
		return Tree{}, &Error{Message: "Query string is longer than " + strconv.Itoa(maxRaw) + " bytes"}
	}
	raw = bareBrackets(raw)
	params := split(raw)
	if strings.IndexByte(raw, '[') >= 0 {
		return nest(params), nil
	}
	params = slices.DeleteFunc(params, func(m member[Tree]) bool { return m.name == proto })
	return Tree{kind: jsonio.Object, members: params}, nil
}

// bareBrackets decodes the brackets, and nothing else, of the whole string: qs
// looks for them before it decodes.
func bareBrackets(raw string) string {
	at := strings.Index(raw, "%5")
	if at < 0 {
		return raw
	}
	var b strings.Builder
	b.Grow(len(raw))
	for ; at >= 0; at = strings.Index(raw, "%5") {
		b.WriteString(raw[:at])
		raw = raw[at:]
		switch {
		case len(raw) > 2 && (raw[2] == 'B' || raw[2] == 'b'):
			b.WriteByte('[')
			raw = raw[3:]
		case len(raw) > 2 && (raw[2] == 'D' || raw[2] == 'd'):
			b.WriteByte(']')
			raw = raw[3:]
		default:
			b.WriteString(raw[:2])
			raw = raw[2:]
		}
	}
	b.WriteString(raw)
	return b.String()
}

// split returns the parameters, decoded. One that came several times has the
// array of its values.
func split(raw string) []member[Tree] {
	var params object[Tree]
	params.members = make([]member[Tree], 0, min(strings.Count(raw, "&")+1, maxParameters))
	for n := 0; raw != "" && n < maxParameters; n++ {
		var part string
		part, raw, _ = strings.Cut(raw, "&")
		key, value := cutPart(part)
		if key = unescape(key); key == "" {
			continue
		}
		v := Text(unescape(value))
		if i := params.find(key); i >= 0 {
			params.members[i].value.push(v)
			continue
		}
		params.set(key, v)
	}
	return params.members
}

// push appends to an array, or makes one of what it is.
func (t *Tree) push(v Tree) {
	if t.kind != jsonio.Array {
		*t = Tree{kind: jsonio.Array, members: []member[Tree]{{value: *t}}}
	}
	t.members = append(t.members, member[Tree]{value: v})
}

// cutPart splits at the equals sign behind a closing bracket, else at the
// first one.
func cutPart(part string) (key, value string) {
	if at := strings.Index(part, "]="); at >= 0 {
		return part[:at+1], part[at+2:]
	}
	key, value, _ = strings.Cut(part, "=")
	return key, value
}

// unescape decodes percent escapes and plus signs. A text with an escape that
// is malformed, or that gives no UTF-8, keeps all its escapes.
func unescape(s string) string {
	if strings.IndexByte(s, '+') >= 0 {
		s = strings.ReplaceAll(s, "+", " ")
	}
	if strings.IndexByte(s, '%') >= 0 {
		if out, ok := decode(s); ok {
			return out
		}
	}
	return strings.ToValidUTF8(s, string(utf8.RuneError))
}

func decode(s string) (string, bool) {
	var out strings.Builder
	out.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			out.WriteByte(s[i])
			continue
		}
		if len(s)-i < 3 {
			return "", false
		}
		hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
		if hi < 0 || lo < 0 {
			return "", false
		}
		out.WriteByte(byte(hi<<4 | lo))
		i += 2
	}
	return out.String(), utf8.ValidString(out.String())
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
