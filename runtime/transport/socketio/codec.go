package socketio

import (
	"strconv"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// codec writes Socket.IO packets, each in an Engine.IO message.
type codec struct{}

var _ sockets.Codec = codec{}

// AppendFrame appends 42["<path> <event>",<data>].
func (codec) AppendFrame(dst []byte, e *runtime.Event) []byte {
	start := len(dst)
	dst = append(wsconn.BeginText(dst), "42["...)
	dst = append(jsonio.AppendString(dst, e.Path+" "+e.Name), ',')
	if len(e.Data) == 0 {
		dst = append(dst, "null"...)
	}
	return wsconn.EndFrame(append(append(dst, e.Data...), ']'), start)
}

// AppendAck appends 43<id>.
func (codec) AppendAck(dst []byte, id uint64) []byte {
	return strconv.AppendUint(append(wsconn.BeginText(dst), "43"...), id, 10)
}

func (codec) EndAck(dst []byte, start int) []byte { return wsconn.EndFrame(dst, start) }

func (codec) AppendError(dst []byte, e *runtime.Error) []byte { return e.AppendJSON(dst) }
