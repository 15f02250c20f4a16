package runtime

import "encoding/binary"

// Versions of envelopes, which are their first byte. The one before is read
// too, so that processes of two releases hear each other.
const (
	envelopeVersion  = 2
	envelopeVersion1 = 1
)

// An envelope is an event on the bus: who is to hear it, and what clients may
// see of it. On the wire it is the version, the length of the head as four
// bytes, the head, and the data. The head is path, event, schema, the number
// of channels and their names; each text has its length as an unsigned varint
// before it. What later releases append to the head is skipped. Version 1 has
// no length, and nothing behind the channels.
type envelope struct {
	path, event string
	schema      string // name of the record's schema
	channels    []string
	data        []byte
}

func (e *envelope) append(dst []byte) []byte {
	dst = append(dst, envelopeVersion, 0, 0, 0, 0)
	head := len(dst)
	for _, text := range [...]string{e.path, e.event, e.schema} {
		dst = appendText(dst, text)
	}
	dst = binary.AppendUvarint(dst, uint64(len(e.channels)))
	for _, name := range e.channels {
		dst = appendText(dst, name)
	}
	binary.BigEndian.PutUint32(dst[head-4:], uint32(len(dst)-head))
	return append(dst, e.data...)
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// A letter is an envelope that came: parts of the message, of which nothing is
// copied before it is known that somebody hears the event.
type letter struct {
	path, event, schema []byte
	channels            []byte // as on the wire, for cutText
	data                []byte
}

// parseEnvelope reads an envelope. It reports whether src is one.
func parseEnvelope(src []byte) (l letter, ok bool) {
	switch {
	case len(src) > 5 && src[0] == envelopeVersion:
		n := uint64(binary.BigEndian.Uint32(src[1:]))
		if src = src[5:]; n > uint64(len(src)) {
			return l, false
		}
		_, ok = l.parseHead(src[:n])
		l.data = src[n:]
	case len(src) > 1 && src[0] == envelopeVersion1:
		l.data, ok = l.parseHead(src[1:])
	}
	return l, ok && len(l.data) > 0
}

// parseHead returns what is behind the channels.
func (l *letter) parseHead(src []byte) (rest []byte, ok bool) {
	for _, text := range [...]*[]byte{&l.path, &l.event, &l.schema} {
		if *text, src, ok = cutText(src); !ok {
			return nil, false
		}
	}
	n, used := binary.Uvarint(src)
	if used <= 0 {
		return nil, false
	}
	names := src[used:]
	for src = names; n > 0; n-- { // as many as src has bytes, at most
		if _, src, ok = cutText(src); !ok {
			return nil, false
		}
	}
	l.channels = names[:len(names)-len(src)]
	return src, true
}

func cutText(src []byte) (text, rest []byte, ok bool) {
	n, used := binary.Uvarint(src)
	if used <= 0 || n > uint64(len(src)-used) {
		return nil, nil, false
	}
	end := used + int(n)
	return src[used:end], src[end:], true
}
