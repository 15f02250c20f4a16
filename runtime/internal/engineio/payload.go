package engineio

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// separator stands between the packets of a polling payload.
const separator = 0x1e

var errPayload = errors.New("malformed payload")

// nextPacket takes the first packet off a polling payload of version 4.
func nextPacket(payload []byte) (packet, rest []byte, err error) {
	packet, rest, _ = bytes.Cut(payload, []byte{separator})
	return packet, rest, nil
}

// nextPacketV3 takes the first packet off a polling payload of version 3,
// "<length>:<packet>" with the length in UTF-16 units.
func nextPacketV3(payload []byte) (packet, rest []byte, err error) {
	digits, _, ok := bytes.Cut(payload[:min(len(payload), 10)], []byte{':'})
	if !ok || len(digits) == 0 {
		return nil, nil, errPayload
	}
	n, err := strconv.ParseUint(string(digits), 10, 31)
	if err != nil {
		return nil, nil, errPayload
	}
	rest = payload[len(digits)+1:]
	end, ok := utf16Prefix(rest, int(n))
	if !ok {
		return nil, nil, errPayload
	}
	return rest[:end], rest[end:], nil
}

// utf16Prefix returns how many bytes of text are units UTF-16 units long.
func utf16Prefix(text []byte, units int) (end int, ok bool) {
	for units > 0 && end < len(text) {
		r, size := utf8.DecodeRune(text[end:])
		units--
		if r > 0xffff {
			units--
		}
		end += size
	}
	return end, units == 0
}

func utf16Len(text []byte) (n int) {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		n++
		if r > 0xffff {
			n++
		}
		text = text[size:]
	}
	return n
}

// appendPacket appends an outgoing frame to a polling payload.
func appendPacket(dst, frame []byte, v3 bool) []byte {
	payload, binary := wsconn.Payload(frame)
	if v3 {
		dst = append(strconv.AppendInt(dst, int64(utf16Len(payload)), 10), ':')
		return append(dst, payload...)
	}
	if len(dst) > 0 {
		dst = append(dst, separator)
	}
	if binary {
		return base64.StdEncoding.AppendEncode(append(dst, 'b'), payload)
	}
	return append(dst, payload...)
}

// decodeBase64 decodes into a new Buffer. Clients may leave the padding away.
func decodeBase64(src []byte) (*wsconn.Buffer, error) {
	src = bytes.TrimRight(src, "=")
	data, err := base64.RawStdEncoding.AppendDecode(nil, src)
	if err != nil {
		return nil, errPayload
	}
	b := wsconn.NewBuffer()
	b.Append(data)
	return b, nil
}
