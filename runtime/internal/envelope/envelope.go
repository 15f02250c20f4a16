// Package envelope is the form of events on the bus between the processes of
// an app.
package envelope

import "encoding/binary"

// Versions of envelopes, which are their first byte. The one before is read
// too, so that processes of two releases hear each other.
const (
	version  = 2
	version1 = 1
)

// headStart is where the head begins: behind the version and its length.
const headStart = 5

// A Message is an event as it is sent: who is to hear it, and what clients may
// see of it. On the wire it is the version, the length of the head as four
// bytes, the head, and the data. The head is path, event, schema, the number
// of channels and their names; each text has its length as an unsigned varint
// before it. What later releases append to the head is skipped. Version 1 has
// no length, and nothing behind the channels.
type Message struct {
	Path, Event string
	Schema      string // name of the record's schema
	Channels    []string
	Data        []byte
}

// Append appends the message as it goes on the wire.
func (m *Message) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, version, 0, 0, 0, 0)
	for _, text := range [...]string{m.Path, m.Event, m.Schema} {
		dst = appendText(dst, text)
	}
	dst = binary.AppendUvarint(dst, uint64(len(m.Channels)))
	for _, name := range m.Channels {
		dst = appendText(dst, name)
	}
	binary.BigEndian.PutUint32(dst[start+1:], uint32(len(dst)-start-headStart))
	return append(dst, m.Data...)
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// A Letter is an event that came: parts of the message, of which nothing is
// copied before it is known that somebody hears it.
type Letter struct {
	Path, Event, Schema []byte
	Channels            []byte // as on the wire, for Next
	Data                []byte
}

// Parse reads an envelope. It reports whether src is one.
func Parse(src []byte) (l Letter, ok bool) {
	switch {
	case len(src) > headStart && src[0] == version:
		n := uint64(binary.BigEndian.Uint32(src[1:]))
		if src = src[headStart:]; n > uint64(len(src)) {
			return l, false
		}
		_, ok = l.parseHead(src[:n])
		l.Data = src[n:]
	case len(src) > 1 && src[0] == version1:
		l.Data, ok = l.parseHead(src[1:])
	}
	return l, ok && len(l.Data) > 0
}

// parseHead returns what is behind the channels.
func (l *Letter) parseHead(src []byte) (rest []byte, ok bool) {
	for _, text := range [...]*[]byte{&l.Path, &l.Event, &l.Schema} {
		if *text, src, ok = Next(src); !ok {
			return nil, false
		}
	}
	n, used := binary.Uvarint(src)
	if used <= 0 {
		return nil, false
	}
	names := src[used:]
	for src = names; n > 0; n-- { // as many as src has bytes, at most
		if _, src, ok = Next(src); !ok {
			return nil, false
		}
	}
	l.Channels = names[:len(names)-len(src)]
	return src, true
}

// Next cuts off the first text of several, such as Letter.Channels; ok is false
// when there is none.
func Next(src []byte) (text, rest []byte, ok bool) {
	n, used := binary.Uvarint(src)
	if used <= 0 || n > uint64(len(src)-used) {
		return nil, nil, false
	}
	end := used + int(n)
	return src[used:end], src[end:], true
}
