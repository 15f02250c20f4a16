package primus

import (
	"bytes"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// typeEvent is the type of packets that carry events. Type 1 acknowledges
// one, which nobody waits for: the server asks for no acknowledgements.
const typeEvent = 0

// A packet is one of primus-emitter's, {"type":0,"data":[…],"id":1} with its
// members in any order. Its slices share memory with its source.
type packet struct {
	event bool
	data  []byte  // an array by its brackets, not looked into; nil for anything else
	id    float64 // 0 for none
	badID bool    // a thing that is true in JavaScript, but no number
}

// isEvent reports whether the packet is an event that is not to be ignored.
func (p *packet) isEvent() bool { return p.event && p.data != nil && !p.badID }

// acked reports whether the event is to be acknowledged.
func (p *packet) acked() bool { return p.id != 0 }

// parsePacket reads an object. Whether its data is JSON the reader of the call
// finds out, also for data that nests too deep: the id behind it is known.
func parsePacket(src []byte) (p packet, err error) {
	r := jsonio.NewReader(src)
	r.Object()
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "type":
			p.readType(&r)
		case "id":
			p.readID(&r)
		case "data":
			src = p.readData(&r, src)
		default:
			r.Skip()
		}
	}
	return p, r.End()
}

func (p *packet) readType(r *jsonio.Reader) {
	p.event = false
	if r.Kind() != jsonio.Number {
		r.Skip()
		return
	}
	n, ok := r.Int()
	p.event = ok && n == typeEvent
}

func (p *packet) readID(r *jsonio.Reader) {
	p.id, p.badID = 0, false
	switch r.Kind() {
	case jsonio.Number:
		p.id = r.Float()
	case jsonio.Null:
		r.Skip()
	case jsonio.Bool:
		p.badID = r.Bool()
	case jsonio.String:
		p.badID = len(r.Bytes()) > 0
	default:
		r.Skip()
		p.badID = true
	}
}

// readData steps over an array without looking into it, and has the Reader go
// on behind it. It returns what the Reader reads now.
func (p *packet) readData(r *jsonio.Reader, src []byte) []byte {
	p.data = nil
	if r.Kind() != jsonio.Array {
		r.Skip()
		return src
	}
	start := r.Offset() // behind the white space
	end := start + arrayLen(src[start:])
	if end == start {
		r.Skip() // tells what is wrong
		return src
	}
	p.data = src[start:end]
	*r = jsonio.NewReader(src[end:]) // inside the object still: Key finds a comma or the end
	return src[end:]
}

// arrayLen returns the length of the array that src begins with, by counting
// brackets; 0 if it has no end.
func arrayLen(src []byte) int {
	depth := 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '"':
			i = closingQuote(src, i)
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth <= 0 {
				return i + 1
			}
		}
	}
	return 0
}

// closingQuote returns where the string that begins at i ends.
func closingQuote(src []byte, i int) int {
	for i++; i < len(src) && src[i] != '"'; i++ {
		if src[i] == '\\' {
			i++
		}
	}
	return i
}

// fromLegacy returns ["<method>","<path>",…] for ["<path>::<method>",…], the
// form of calls before Feathers 3, and nil for anything else.
func fromLegacy(data []byte) *wsconn.Buffer {
	r := jsonio.NewReader(data)
	if !r.Array() || !r.Next() || r.Kind() != jsonio.String {
		return nil
	}
	name := r.Bytes()
	at := bytes.LastIndex(name, []byte("::"))
	if at < 0 {
		return nil
	}
	dst := make([]byte, 0, len(name)+len(`["",""`))
	dst = jsonio.AppendString(append(dst, '['), name[at+len("::"):])
	dst = jsonio.AppendString(append(dst, ','), name[:at])
	b := wsconn.NewBuffer()
	b.Append(dst)
	b.Append(data[r.Offset():])
	return b
}
