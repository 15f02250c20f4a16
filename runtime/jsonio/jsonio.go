// Package jsonio reads and writes JSON without reflection and without
// intermediate maps. Generated codecs, the query parser and the transports
// are built on it; it knows nothing of records or services.
package jsonio

import (
	"errors"
	"fmt"
)

// MaxDepth is how deep arrays and objects may nest in what a Reader accepts.
const MaxDepth = 128

// A Kind is the kind of a JSON value.
type Kind byte

// The kinds of a JSON value. Invalid is what stands at the end of the input
// or where no value can begin.
const (
	Invalid Kind = 0
	Object  Kind = '{'
	Array   Kind = '['
	String  Kind = '"'
	Number  Kind = '0'
	Bool    Kind = 't'
	Null    Kind = 'n'
)

// String returns the kind's name as JSON Schema spells it.
func (k Kind) String() string {
	switch k {
	case Object:
		return "object"
	case Array:
		return "array"
	case String:
		return "string"
	case Number:
		return "number"
	case Bool:
		return "boolean"
	case Null:
		return "null"
	}
	return "invalid"
}

// ErrDepth is reported for input that nests deeper than MaxDepth.
var ErrDepth = errors.New("JSON is nested too deep")

// A SyntaxError tells where the input stops being JSON.
type SyntaxError struct {
	Offset int    // byte offset in the input
	Reason string // what was wrong there
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at offset %d: %s", e.Offset, e.Reason)
}
