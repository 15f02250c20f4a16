package primus

import (
	"bytes"
	"math"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// codec writes the packets of primus-emitter.
type codec struct{}

var _ sockets.Codec = codec{}

// AppendFrame appends {"type":0,"data":["<path> <event>",<data>]}.
func (codec) AppendFrame(dst []byte, e *runtime.Event) []byte {
	start := len(dst)
	dst = append(wsconn.BeginText(dst), `{"type":0,"data":[`...)
	dst = append(jsonio.AppendString(dst, e.Path+" "+e.Name), ',')
	if len(e.Data) == 0 {
		dst = append(dst, "null"...)
	}
	dst = append(append(dst, e.Data...), "]}"...)
	return wsconn.EndFrame(escapeSeparators(dst, start), start)
}

// AppendAck appends {"id":<id>,"type":1,"data":, with an id made by ackOf.
func (codec) AppendAck(dst []byte, id uint64) []byte {
	dst = append(wsconn.BeginText(dst), `{"id":`...)
	dst = jsonio.AppendFloat(dst, math.Float64frombits(id))
	return append(dst, `,"type":1,"data":`...)
}

func (codec) EndAck(dst []byte, start int) []byte {
	return wsconn.EndFrame(escapeSeparators(append(dst, '}'), start), start)
}

// AppendError appends the error with the member errors, which servers of
// Feathers 4 always send.
func (codec) AppendError(dst []byte, e *runtime.Error) []byte {
	dst = e.AppendJSON(dst)
	return append(dst[:len(dst)-1], `,"errors":{}}`...)
}

// ackOf returns the id of an acknowledgement as codec takes it. In Primus it
// is any number of JavaScript's.
func ackOf(id float64) uint64 { return math.Float64bits(id) }

// escapeSeparators escapes the two characters that JSON allows in strings and
// older JavaScript does not, in what was appended since start.
func escapeSeparators(dst []byte, start int) []byte {
	for _, s := range [...]struct{ char, escape string }{{"\u2028", `\u2028`}, {"\u2029", `\u2029`}} {
		if bytes.Contains(dst[start:], []byte(s.char)) {
			dst = append(dst[:start], bytes.ReplaceAll(dst[start:], []byte(s.char), []byte(s.escape))...)
		}
	}
	return dst
}
