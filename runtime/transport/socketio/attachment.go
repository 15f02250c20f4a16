package socketio

import (
	"encoding/base64"
	"errors"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

var errAttachment = errors.New("illegal attachments")

// An assembly is a binary packet whose attachments are still coming.
type assembly struct {
	packet packet
	msg    *wsconn.Buffer // holds the packet
	parts  []*wsconn.Buffer
	size   int // bytes of the parts
}

// add takes one attachment over. It reports whether all are there, and an
// error when they become too large together.
func (a *assembly) add(part *wsconn.Buffer, limit int) (complete bool, err error) {
	a.parts = append(a.parts, part)
	if a.size += len(part.Bytes()); a.size > limit {
		return false, errAttachment
	}
	return len(a.parts) == a.packet.attachments, nil
}

func (a *assembly) release() {
	a.msg.Release()
	for _, part := range a.parts {
		part.Release()
	}
}

// resolve returns the packet's JSON with the attachments in it, as base64
// strings. Each may stand in one place only: otherwise a short message could
// ask for a long text many times over.
func (a *assembly) resolve() (*wsconn.Buffer, error) {
	out := resolver{parts: a.parts}
	r := jsonio.NewReader(a.packet.data)
	dst := out.value(make([]byte, 0, len(a.packet.data)+a.size*4/3+4*len(a.parts)), &r)
	if err := r.End(); err != nil {
		return nil, err
	}
	if out.illegal {
		return nil, errAttachment
	}
	b := wsconn.NewBuffer()
	b.Append(dst)
	return b, nil
}

// A resolver copies JSON and puts the parts where their placeholders stand.
type resolver struct {
	parts   []*wsconn.Buffer
	used    [maxAttachments]bool
	illegal bool
}

func (v *resolver) value(dst []byte, r *jsonio.Reader) []byte {
	switch r.Kind() {
	case jsonio.Object:
		return v.object(dst, r)
	case jsonio.Array:
		dst = append(dst, '[')
		r.Array()
		for first := true; r.Next(); first = false {
			if !first {
				dst = append(dst, ',')
			}
			dst = v.value(dst, r)
		}
		return append(dst, ']')
	}
	return append(dst, r.Raw()...)
}

// object copies an object, or replaces it when it turns out to be a
// placeholder: {"_placeholder":true,"num":0}.
func (v *resolver) object(dst []byte, r *jsonio.Reader) []byte {
	start := len(dst)
	placeholder, num := false, -1
	dst = append(dst, '{')
	r.Object()
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if len(dst) > start+1 {
			dst = append(dst, ',')
		}
		dst = append(jsonio.AppendString(dst, key), ':')
		at := len(dst)
		dst = v.value(dst, r)
		switch string(key) {
		case "_placeholder":
			placeholder = string(dst[at:]) == "true"
		case "num":
			num = index(dst[at:])
		}
	}
	if placeholder {
		return v.part(dst[:start], num)
	}
	return append(dst, '}')
}

// index returns the number that a placeholder gives, -1 for none.
func index(raw []byte) int {
	if len(raw) != 1 || raw[0] < '0' || raw[0] > '9' {
		return -1
	}
	return int(raw[0] - '0')
}

func (v *resolver) part(dst []byte, num int) []byte {
	if num < 0 || num >= len(v.parts) || v.used[num] {
		v.illegal = true
		return append(dst, "null"...)
	}
	v.used[num] = true
	dst = base64.StdEncoding.AppendEncode(append(dst, '"'), v.parts[num].Bytes())
	return append(dst, '"')
}
