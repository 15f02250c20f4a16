package featherssync

import (
	"bytes"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// authPath is the service whose events hold passwords and tokens.
const authPath = "authentication"

// An event is what both sides know of one.
type event struct {
	path, name string
	data       []byte
}

// size is about what a waiting event takes of memory.
func (e event) size() int { return len(e.path) + len(e.name) + len(e.data) + 64 }

// messageSize is how long the event's message is at most, unless its names need
// escapes.
func (e event) messageSize(tag string) int {
	return 3*len(e.data) + 2*len(e.path) + 2*len(e.name) + len(tag) + 200
}

// methods are the methods that the standard events come from.
var methods = map[string]string{"created": "create", "updated": "update", "patched": "patch", "removed": "remove"}

// appendMessage appends the event as feathers-sync takes it. Node instances
// send their clients the context's dispatch, and publishers there look at its
// result; other keys than these they do not know. A custom event has no call,
// so that it has no context.
func (e event) appendMessage(dst []byte, tag string) []byte {
	dst = jsonio.AppendString(append(dst, `{"event":`...), e.name)
	dst = jsonio.AppendString(append(dst, `,"path":`...), e.path)
	dst = append(append(dst, `,"data":`...), e.data...)
	if method := methods[e.name]; method != "" {
		dst = jsonio.AppendString(append(dst, `,"context":{"path":`...), e.path)
		dst = jsonio.AppendString(append(dst, `,"method":`...), method)
		dst = jsonio.AppendString(append(dst, `,"type":"around","event":`...), e.name)
		dst = append(dst, `,"arguments":[],"params":{"query":{},"route":{},"provider":"rest"},"result":`...)
		dst = append(append(dst, e.data...), `,"dispatch":`...)
		dst = append(append(dst, e.data...), '}')
	}
	return append(jsonio.AppendString(append(dst, `,"origin":`...), tag), '}')
}

// A message is one of feathers-sync as it came: JSON where the type is bytes.
type message struct {
	event, path, tag       string
	data, dispatch, result []byte
}

// parseMessage reads a message: what happened as clients may see it, and the
// tag of the app that sent it, "" for Node. It reports whether src is an event
// that may be looked at.
func parseMessage(src []byte) (e event, tag string, ok bool) {
	if len(src) > MaxMessage {
		return e, "", false
	}
	m, ok := readMessage(src)
	e = event{path: strings.Trim(m.path, "/"), name: m.event}
	if !ok || e.path == "" || e.name == "" || e.path == authPath {
		return event{}, "", false
	}
	e.data, ok = m.payload()
	return e, m.tag, ok
}

// readMessage skips what it does not know; that may be a whole call, with
// headers and passwords.
func readMessage(src []byte) (m message, ok bool) {
	r := jsonio.NewReader(src)
	r.Object()
	for key, more := r.Key(); more; key, more = r.Key() {
		switch string(key) {
		case "event":
			m.event = r.Text()
		case "path":
			m.path = r.Text()
		case "data":
			m.data = r.Raw()
		case "context":
			m.readContext(&r)
		case "origin":
			m.tag = text(&r)
		default:
			r.Skip()
		}
	}
	return m, r.End() == nil
}

// readContext reads the context, which may be null or any nonsense.
func (m *message) readContext(r *jsonio.Reader) {
	if r.Kind() != jsonio.Object {
		r.Skip()
		return
	}
	r.Object()
	for key, more := r.Key(); more; key, more = r.Key() {
		switch string(key) {
		case "dispatch":
			m.dispatch = r.Raw()
		case "result":
			m.result = r.Raw()
		default:
			r.Skip()
		}
	}
}

// text reads a string, and anything else as "".
func text(r *jsonio.Reader) string {
	if r.Kind() != jsonio.String {
		r.Skip()
		return ""
	}
	return r.Text()
}

// payload returns what clients may see: the dispatch, or else the data. A call
// that was about many records has a list of them as dispatch and as result,
// with the data at the same place in the result.
func (m *message) payload() (data []byte, ok bool) {
	switch {
	case kindOf(m.dispatch) == jsonio.Invalid, kindOf(m.dispatch) == jsonio.Null:
		return m.data, m.data != nil
	case kindOf(m.dispatch) != jsonio.Array, kindOf(m.data) == jsonio.Array:
		return m.dispatch, true
	}
	at := indexOf(m.result, m.data)
	if at < 0 {
		return nil, false // the data itself may hold what nobody may see
	}
	r := jsonio.NewReader(m.dispatch)
	r.Array()
	for ; r.Next(); at-- {
		if data = r.Raw(); at == 0 {
			return data, true
		}
	}
	return nil, false
}

func kindOf(src []byte) jsonio.Kind {
	r := jsonio.NewReader(src)
	return r.Kind()
}

// indexOf returns where an item is in a list, -1 for nowhere. Both are of one
// message and were written from one value, so that they have the same bytes.
func indexOf(list, item []byte) int {
	if kindOf(list) != jsonio.Array {
		return -1
	}
	r := jsonio.NewReader(list)
	r.Array()
	for i := 0; r.Next(); i++ {
		if bytes.Equal(r.Raw(), item) {
			return i
		}
	}
	return -1
}
