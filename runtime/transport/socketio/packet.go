package socketio

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// Packet types, the first byte of a packet.
const (
	typeConnect      = '0'
	typeDisconnect   = '1'
	typeEvent        = '2'
	typeAck          = '3'
	typeConnectError = '4'
	typeBinaryEvent  = '5'
	typeBinaryAck    = '6'
)

// maxAttachments is how many binary attachments a packet may have.
const maxAttachments = 10

var errPacket = errors.New("malformed packet")

// A packet is one Socket.IO packet. Its slices share memory with its source.
type packet struct {
	kind        byte
	attachments int
	namespace   []byte // nil for the main one
	id          uint64
	hasID       bool
	data        []byte // JSON, not checked; empty for none
}

// parsePacket reads <type>[<attachments>-][<namespace>,][<id>][<JSON>].
func parsePacket(src []byte) (p packet, err error) {
	if len(src) == 0 || src[0] < typeConnect || src[0] > typeBinaryAck {
		return p, errPacket
	}
	p.kind, src = src[0], src[1:]
	if p.kind == typeBinaryEvent || p.kind == typeBinaryAck {
		if p.attachments, src, err = cutAttachments(src); err != nil {
			return p, err
		}
	}
	if len(src) > 0 && src[0] == '/' {
		p.namespace, src, _ = bytes.Cut(src, []byte{','})
		if string(p.namespace) == "/" {
			p.namespace = nil
		}
	}
	digits := 0
	for digits < len(src) && src[digits] >= '0' && src[digits] <= '9' {
		digits++
	}
	if digits > 0 {
		p.hasID = true
		if p.id, err = strconv.ParseUint(string(src[:digits]), 10, 64); err != nil {
			return p, errPacket
		}
	}
	p.data = src[digits:]
	return p, nil
}

// cutAttachments takes the number of attachments off, with its hyphen.
func cutAttachments(src []byte) (n int, rest []byte, err error) {
	digits, rest, found := bytes.Cut(src, []byte{'-'})
	if !found || len(digits) > len("10") {
		return 0, nil, errPacket
	}
	count, err := strconv.ParseUint(string(digits), 10, 8)
	if err != nil || count < 1 || count > maxAttachments {
		return 0, nil, errPacket
	}
	return int(count), rest, nil
}

// reserved reports whether an event name means something to Socket.IO itself.
func reserved(event []byte) bool {
	switch string(event) {
	case "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener":
		return true
	}
	return false
}

// isArray and isObject check JSON that nobody else reads.
func isArray(src []byte) bool  { return isKind(src, jsonio.Array) }
func isObject(src []byte) bool { return isKind(src, jsonio.Object) }

func isKind(src []byte, kind jsonio.Kind) bool {
	r := jsonio.NewReader(src)
	if r.Kind() != kind {
		return false
	}
	r.Skip()
	return r.End() == nil
}
