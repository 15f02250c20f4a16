package jsonio

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A Reader walks over one JSON text. Its first error sticks: every later call
// returns a zero value, so a caller may check Err once at the end.
//
// Byte slices that it returns share memory with the input. A Reader is not
// safe for concurrent use.
type Reader struct {
	src   []byte
	pos   int
	depth int
	fresh bool // directly behind an opening bracket, where no comma is due
	err   error
}

// NewReader returns a Reader over src, which must not change while in use.
func NewReader(src []byte) Reader { return Reader{src: src} }

// Err returns the first error, nil while there is none.
func (r *Reader) Err() error { return r.err }

// Offset returns how many bytes have been read.
func (r *Reader) Offset() int { return r.pos }

// End reports anything but white space behind the value that was read, and
// the first error of all.
func (r *Reader) End() error {
	r.space()
	if r.err == nil && r.pos < len(r.src) {
		r.fail("unexpected data after the value")
	}
	return r.err
}

// Kind tells the kind of the next value without reading it.
func (r *Reader) Kind() Kind {
	r.space()
	if r.err != nil || r.pos >= len(r.src) {
		return Invalid
	}
	switch c := r.src[r.pos]; {
	case c == '{', c == '[', c == '"', c == 'n':
		return Kind(c)
	case c == 't', c == 'f':
		return Bool
	case c == '-', c >= '0' && c <= '9':
		return Number
	}
	return Invalid
}

// Object enters an object. Keys follow, until Key returns false.
func (r *Reader) Object() bool { return r.enter('{', "expected an object") }

// Array enters an array. Elements follow, until Next returns false.
func (r *Reader) Array() bool { return r.enter('[', "expected an array") }

func (r *Reader) enter(open byte, reason string) bool {
	r.space()
	if r.err != nil {
		return false
	}
	if r.pos >= len(r.src) || r.src[r.pos] != open {
		r.fail(reason)
		return false
	}
	if r.depth++; r.depth > MaxDepth {
		r.err = ErrDepth
		return false
	}
	r.pos++
	r.fresh = true
	return true
}

// Key moves to the next member of the object and returns its name, or false
// behind the last one. The member's value must be read or skipped before the
// next call.
func (r *Reader) Key() ([]byte, bool) {
	if !r.item('}') {
		return nil, false
	}
	r.space()
	key := r.text()
	r.space()
	if r.err == nil && (r.pos >= len(r.src) || r.src[r.pos] != ':') {
		r.fail("expected a colon")
	}
	r.pos++
	return key, r.err == nil
}

// Next moves to the next element of the array, or returns false behind the
// last one. The element must be read or skipped before the next call.
func (r *Reader) Next() bool { return r.item(']') }

// item steps over a comma or the closing bracket.
func (r *Reader) item(closing byte) bool {
	r.space()
	if r.err != nil {
		return false
	}
	fresh := r.fresh
	r.fresh = false
	switch {
	case r.pos >= len(r.src):
		r.fail("unexpected end")
	case r.src[r.pos] == closing:
		r.pos++
		r.depth--
	case fresh:
		return true
	case r.src[r.pos] == ',':
		r.pos++
		return true
	default:
		r.fail("expected a comma")
	}
	return false
}

// Text reads a string.
func (r *Reader) Text() string { return string(r.Bytes()) }

// Bytes reads a string. The result shares memory with the input unless the
// string held escapes.
func (r *Reader) Bytes() []byte {
	r.space()
	return r.text()
}

// Bool reads true or false.
func (r *Reader) Bool() bool {
	if r.word("true") {
		return true
	}
	if !r.word("false") {
		r.fail("expected true or false")
	}
	return false
}

// Null reads null when it comes next, and tells whether it did.
func (r *Reader) Null() bool { return r.word("null") }

// Float reads a number. One that float64 can not hold is an error.
func (r *Reader) Float() float64 {
	lit := r.number()
	if r.err != nil {
		return 0
	}
	f, err := strconv.ParseFloat(string(lit), 64)
	if err != nil {
		r.fail("number out of range")
		return 0
	}
	return f
}

// Int reads a number and reports whether it is an integer that int64 holds.
// As in JavaScript, 1.0 and 1e3 are integers. A number that is none is read
// and leaves no error.
func (r *Reader) Int() (int64, bool) {
	lit := r.number()
	if r.err != nil {
		return 0, false
	}
	if n, err := strconv.ParseInt(string(lit), 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(string(lit), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

// Raw reads any value and returns its text, checked to be valid JSON.
func (r *Reader) Raw() []byte {
	r.space()
	start := r.pos
	r.Skip()
	if r.err != nil {
		return nil
	}
	return r.src[start:r.pos]
}

// Skip reads any value and drops it.
func (r *Reader) Skip() {
	switch r.Kind() {
	case Object:
		r.Object()
		for _, ok := r.Key(); ok; _, ok = r.Key() {
			r.Skip()
		}
	case Array:
		r.Array()
		for r.Next() {
			r.Skip()
		}
	case String:
		r.text()
	case Number:
		r.number()
	case Bool:
		r.Bool()
	case Null:
		if !r.Null() {
			r.fail("expected a value")
		}
	default:
		r.fail("expected a value")
	}
}

func (r *Reader) fail(reason string) {
	if r.err == nil {
		r.err = &SyntaxError{Offset: min(r.pos, len(r.src)), Reason: reason}
	}
}

func (r *Reader) space() {
	for r.pos < len(r.src) {
		switch r.src[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

func (r *Reader) word(w string) bool {
	r.space()
	if r.err != nil || len(r.src)-r.pos < len(w) || string(r.src[r.pos:r.pos+len(w)]) != w {
		return false
	}
	r.pos += len(w)
	return true
}

// number reads a number literal by the grammar of RFC 8259, section 6.
func (r *Reader) number() []byte {
	r.space()
	if r.err != nil {
		return nil
	}
	start := r.pos
	if r.peek() == '-' {
		r.pos++
	}
	if r.peek() == '0' {
		r.pos++
	} else if r.digits() == 0 {
		r.fail("expected a number")
	}
	if r.peek() == '.' {
		r.pos++
		if r.digits() == 0 {
			r.fail("expected a digit behind the point")
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.pos++
		if c := r.peek(); c == '+' || c == '-' {
			r.pos++
		}
		if r.digits() == 0 {
			r.fail("expected a digit in the exponent")
		}
	}
	return r.src[start:r.pos]
}

func (r *Reader) peek() byte {
	if r.pos < len(r.src) {
		return r.src[r.pos]
	}
	return 0
}

func (r *Reader) digits() int {
	start := r.pos
	for r.pos < len(r.src) && r.src[r.pos] >= '0' && r.src[r.pos] <= '9' {
		r.pos++
	}
	return r.pos - start
}

// text reads a string at the current position.
func (r *Reader) text() []byte {
	if r.err != nil {
		return nil
	}
	if r.peek() != '"' {
		r.fail("expected a string")
		return nil
	}
	r.pos++
	start := r.pos
	for ; r.pos < len(r.src); r.pos++ {
		switch c := r.src[r.pos]; {
		case c == '"':
			s := r.src[start:r.pos]
			r.pos++
			return r.valid(s)
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			r.fail("control character in a string")
			return nil
		}
	}
	r.fail("unexpected end in a string")
	return nil
}

func (r *Reader) valid(s []byte) []byte {
	if !utf8.Valid(s) {
		r.fail("invalid UTF-8 in a string")
		return nil
	}
	return s
}

// escaped goes on with a string that holds escapes, from its first one.
func (r *Reader) escaped(start int) []byte {
	out := bytes.Clone(r.src[start:r.pos])
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		r.pos++
		switch {
		case c == '"':
			return r.valid(out)
		case c < ' ':
			r.pos--
			r.fail("control character in a string")
			return nil
		case c != '\\':
			out = append(out, c)
		default:
			if out = r.escape(out); r.err != nil {
				return nil
			}
		}
	}
	r.fail("unexpected end in a string")
	return nil
}

func (r *Reader) escape(out []byte) []byte {
	c := r.peek()
	r.pos++
	switch c {
	case '"', '\\', '/':
		return append(out, c)
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'u':
		return utf8.AppendRune(out, r.unicode())
	}
	r.pos--
	r.fail("invalid escape")
	return nil
}

// unicode reads the digits of a \u escape, and of the low surrogate behind a
// high one. A lone surrogate becomes U+FFFD, as UTF-8 can not hold it.
func (r *Reader) unicode() rune {
	hi := r.hex4()
	if !utf16.IsSurrogate(hi) {
		return hi
	}
	if r.peek() == '\\' && r.pos+1 < len(r.src) && r.src[r.pos+1] == 'u' {
		before := r.pos
		r.pos += 2
		if c := utf16.DecodeRune(hi, r.hex4()); c != utf8.RuneError {
			return c
		}
		r.pos = before
	}
	return utf8.RuneError
}

func (r *Reader) hex4() rune {
	if len(r.src)-r.pos < 4 {
		r.fail("unexpected end in an escape")
		return 0
	}
	n, err := strconv.ParseUint(string(r.src[r.pos:r.pos+4]), 16, 32)
	if err != nil {
		r.fail("invalid \\u escape")
		return 0
	}
	r.pos += 4
	return rune(n)
}
