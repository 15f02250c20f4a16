package wsconn

import "encoding/binary"

// First bytes of the frames that a server sends (RFC 6455, section 5.2). All
// are final and unmasked.
const (
	headText   = 0x81
	headBinary = 0x82
	headClose  = 0x88
	headPong   = 0x8a
)

// headRoom is what BeginText leaves for a frame's header: that of payloads
// from 126 to 65,535 bytes, which need no move when the frame ends.
const headRoom = 4

// BeginText begins a text frame at the end of dst. The payload is appended
// next, then EndFrame is given the length that dst had before BeginText.
func BeginText(dst []byte) []byte { return append(dst, headText, 0, 0, 0) }

// BeginBinary is BeginText for a binary frame.
func BeginBinary(dst []byte) []byte { return append(dst, headBinary, 0, 0, 0) }

// EndFrame writes the header of the frame that began at start, now that its
// length is known.
func EndFrame(dst []byte, start int) []byte {
	frame := dst[start:]
	switch n := len(frame) - headRoom; {
	case n < 126:
		frame[1] = byte(n)
		copy(frame[2:], frame[headRoom:])
		return dst[:start+2+n]
	case n <= 0xffff:
		frame[1] = 126
		binary.BigEndian.PutUint16(frame[2:], uint16(n))
		return dst
	default:
		dst = append(dst, 0, 0, 0, 0, 0, 0)
		frame = dst[start:]
		copy(frame[10:], frame[headRoom:headRoom+n])
		frame[1] = 127
		binary.BigEndian.PutUint64(frame[2:], uint64(n))
		return dst
	}
}

// Text returns a new text frame with the payload.
func Text[T string | []byte](payload T) []byte {
	dst := make([]byte, 0, len(payload)+10)
	return EndFrame(append(BeginText(dst), payload...), 0)
}

// Payload returns the payload of a frame that EndFrame finished, and whether
// it is a binary one.
func Payload(frame []byte) (payload []byte, binary bool) {
	head := 2
	switch frame[1] {
	case 126:
		head = 4
	case 127:
		head = 10
	}
	return frame[head:], frame[0] == headBinary
}

// control returns a control frame. Its payload is cut to the 125 bytes that
// such frames may have.
func control(head byte, payload string) []byte {
	payload = payload[:min(len(payload), 125)]
	return append([]byte{head, byte(len(payload))}, payload...)
}

// closeFrame returns a close frame. Code 0 is a frame without a status.
func closeFrame(code int, reason string) []byte {
	if code == 0 {
		return control(headClose, "")
	}
	return control(headClose, string(binary.BigEndian.AppendUint16(nil, uint16(code)))+reason)
}
