package bus

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
)

// version is of the form of frames.
const version = 1

// Flags of a frame. One without probe and answer has numbered messages.
const (
	signed = 1 << iota // an HMAC is at its end
	probe              // Check asks
	answer             // and is answered
	hello              // a heartbeat that asks for others'
)

// Why a frame is not heard.
var (
	errVersion   = errors.New("frame of another version")
	errMalformed = errors.New("malformed frame")
	errUnsigned  = errors.New("frame is not signed, but there is a key")
	errSigned    = errors.New("frame is signed, but there is no key")
	errForged    = errors.New("frame is signed with another key or for another app")
)

// An id is an instance's or an origin's.
type id [8]byte

// A frame is what goes over the broker at a time.
type frame struct {
	flags            byte
	instance, origin id
	first            uint64 // number of the first message
	count            uint64 // of messages
	body             []byte // messages, each with its length before it
}

const (
	fixedHead = 2 + 2*len(id{}) // what all frames begin with
	maxLength = binary.MaxVarintLen64
	maxHead   = fixedHead + 2*maxLength // with both numbers
	sealSize  = sha256.Size
	maxFirst  = 1 << 62 // more than anyone publishes; sums do not overflow
)

// appendHead appends a frame up to its messages.
func (f *frame) appendHead(dst []byte) []byte {
	dst = append(dst, version, f.flags)
	dst = append(append(dst, f.instance[:]...), f.origin[:]...)
	return binary.AppendUvarint(binary.AppendUvarint(dst, f.first), f.count)
}

// numbered reports whether a frame of those flags has numbered messages.
func numbered(flags byte) bool { return flags&(probe|answer) == 0 }

func appendMessage(dst, msg []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(msg))), msg...)
}

// parseFrame reads a frame but for its HMAC, and makes sure that all of its
// messages are there. The body is a part of raw.
func parseFrame(raw []byte) (f frame, err error) {
	if len(raw) > 0 && raw[0] != version {
		return f, errVersion
	}
	if len(raw) < fixedHead {
		return f, errMalformed
	}
	f.flags, f.instance, f.origin = raw[1], id(raw[2:]), id(raw[2+len(id{}):])
	rest := raw[fixedHead:]
	if f.flags&signed != 0 {
		if len(rest) < sealSize {
			return f, errMalformed
		}
		rest = rest[:len(rest)-sealSize]
	}
	first, n := binary.Uvarint(rest)
	count, m := binary.Uvarint(rest[max(n, 0):])
	if n <= 0 || m <= 0 || first > maxFirst || count > uint64(len(rest)) {
		return f, errMalformed
	}
	f.first, f.count, f.body = first, count, rest[n+m:]
	return f, f.check()
}

func (f *frame) check() error {
	switch f.flags &^ signed {
	case 0, hello:
		if f.first == 0 {
			return errMalformed
		}
	case probe, answer:
		if f.count != 1 {
			return errMalformed
		}
	default:
		return errMalformed
	}
	body := f.body
	for range f.count {
		n, used := binary.Uvarint(body)
		if used <= 0 || n > uint64(len(body)-used) {
			return errMalformed
		}
		body = body[used+int(n):]
	}
	if len(body) > 0 {
		return errMalformed
	}
	return nil
}

// next takes the next message from the body of a frame that was checked.
func (f *frame) next() []byte {
	n, used := binary.Uvarint(f.body)
	end := used + int(n)
	msg := f.body[used:end:end]
	f.body = f.body[end:]
	return msg
}

// A seal signs frames for an app. A nil one leaves them as they are. It is for
// one goroutine.
type seal struct {
	prefix []byte
	mac    hash.Hash
	sum    []byte
}

func newSeal(key []byte, prefix string) *seal {
	if len(key) == 0 {
		return nil
	}
	return &seal{prefix: append([]byte(prefix), 0), mac: hmac.New(sha256.New, key)}
}

// flag is what frames that the seal signs have.
func (s *seal) flag() byte {
	if s == nil {
		return 0
	}
	return signed
}

// append signs a frame, whose flags say so.
func (s *seal) append(raw []byte) []byte {
	if s == nil {
		return raw
	}
	return append(raw, s.sign(raw)...)
}

// verify returns why a frame, which parseFrame has read, is not one of the app.
func (s *seal) verify(raw []byte, flags byte) error {
	switch hasMAC := flags&signed != 0; {
	case s == nil && hasMAC:
		return errSigned
	case s == nil:
		return nil
	case !hasMAC:
		return errUnsigned
	}
	end := len(raw) - sealSize
	if !hmac.Equal(s.sign(raw[:end]), raw[end:]) {
		return errForged
	}
	return nil
}

func (s *seal) sign(raw []byte) []byte {
	s.mac.Reset()
	_, _ = s.mac.Write(s.prefix)
	_, _ = s.mac.Write(raw)
	s.sum = s.mac.Sum(s.sum[:0])
	return s.sum
}
