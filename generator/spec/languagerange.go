package spec

import (
	"math"
	"strconv"
	"strings"
)

// bounds reads a range, if one comes next: (1..80), (1..), (..80) or (80).
func (l *lexer) bounds(low, high *Number) bool {
	if !l.accept("(") {
		return true
	}
	start := l.pos - 1
	ok := l.bound(low)
	if ok && l.accept("..") {
		ok = l.bound(high)
	} else {
		*high = *low
	}
	if !ok || !l.accept(")") {
		l.space()
		l.fail(l.pos, "field-syntax", "a range is two numbers with two dots between them, not %s", Quote(l.rangeText(start))).
			Fix = "write it as in (1..80), (1..) or (..80)"
		return false
	}
	if low.Span.IsZero() && high.Span.IsZero() {
		l.fail(start, "field-syntax", "the range has no bound").Fix = "write it as in (1..80), (1..) or (..80)"
		return false
	}
	return true
}

func (l *lexer) rangeText(start int) string {
	text := l.s[start:]
	if end := strings.IndexByte(text, ')'); end >= 0 {
		text = text[:end+1]
	}
	return text
}

// bound reads a number, if one comes next. A second dot is the range's.
func (l *lexer) bound(n *Number) bool {
	l.space()
	start := l.pos
	end := start
	for end < len(l.s) && (strings.IndexByte("-0123456789", l.s[end]) >= 0 ||
		l.s[end] == '.' && end > start && !strings.HasPrefix(l.s[end:], "..")) {
		end++
	}
	if end == start {
		return true
	}
	v, err := strconv.ParseFloat(l.s[start:end], 64)
	if err != nil || math.IsInf(v, 0) {
		return false
	}
	l.pos = end
	*n = Number{Value: v, Span: l.text.At(start, end)}
	return true
}
