package runtime

import "encoding/binary"

// envelopeVersion is the first byte of an envelope.
const envelopeVersion = 1

// maxChannels bounds what one event's envelope names.
const maxChannels = 10_000

// An envelope is an event on the bus: who is to hear it, and what clients may
// see of it. On the wire it is the version, then each text with its length as
// an unsigned varint before it, the channels after their number.
type envelope struct {
	path, event string
	schema      string // name of the record's schema
	channels    []string
	data        []byte
}

func (e *envelope) append(dst []byte) []byte {
	dst = append(dst, envelopeVersion)
	for _, text := range []string{e.path, e.event, e.schema} {
		dst = appendText(dst, text)
	}
	dst = binary.AppendUvarint(dst, uint64(len(e.channels)))
	for _, name := range e.channels {
		dst = appendText(dst, name)
	}
	return append(dst, e.data...)
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// parseEnvelope reads an envelope, whose data is a part of src. It reports
// whether src is one.
func parseEnvelope(src []byte) (e envelope, ok bool) {
	if len(src) == 0 || src[0] != envelopeVersion {
		return e, false
	}
	src = src[1:]
	for _, text := range []*string{&e.path, &e.event, &e.schema} {
		if *text, src, ok = cutText(src); !ok {
			return e, false
		}
	}
	n, used := binary.Uvarint(src)
	if used <= 0 || n > maxChannels || n > uint64(len(src)) {
		return e, false
	}
	src = src[used:]
	e.channels = make([]string, n)
	for i := range e.channels {
		if e.channels[i], src, ok = cutText(src); !ok {
			return e, false
		}
	}
	e.data = src
	return e, len(src) > 0
}

func cutText(src []byte) (text string, rest []byte, ok bool) {
	n, used := binary.Uvarint(src)
	if used <= 0 || n > uint64(len(src)-used) {
		return "", nil, false
	}
	end := used + int(n)
	return string(src[used:end]), src[end:], true
}
