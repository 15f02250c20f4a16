package wire

import (
	"encoding/binary"
	"fmt"
)

// Stats are what a worker tells of itself.
type Stats struct {
	Connections uint64 // open ones of clients
	Memory      uint64 // resident bytes
}

// AppendStats appends a Pong.
func AppendStats(dst []byte, s Stats) []byte {
	dst = AppendHead(dst, Pong, 16)
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(dst, s.Connections), s.Memory)
}

// ParseStats reads a Pong's payload.
func ParseStats(p []byte) (Stats, error) {
	if len(p) != 16 {
		return Stats{}, fmt.Errorf("%w: a pong of %d bytes", ErrMalformed, len(p))
	}
	return Stats{binary.BigEndian.Uint64(p), binary.BigEndian.Uint64(p[8:])}, nil
}

// maxOrigin bounds the name of a worker.
const maxOrigin = 32

// AppendDeliver appends a Deliver up to its message of n bytes, which follows
// as it is. It panics on an origin longer than any worker's.
func AppendDeliver(dst []byte, origin string, seq uint64, n int) []byte {
	if len(origin) > maxOrigin {
		panic("wire: long origin")
	}
	dst = AppendHead(dst, Deliver, 1+len(origin)+8+n)
	dst = append(append(dst, byte(len(origin))), origin...)
	return binary.BigEndian.AppendUint64(dst, seq)
}

// ParseDeliver reads a Deliver's payload, of which msg is a part.
func ParseDeliver(p []byte) (origin string, seq uint64, msg []byte, err error) {
	if len(p) < 1 || int(p[0]) > maxOrigin || len(p) < 1+int(p[0])+8 {
		return "", 0, nil, fmt.Errorf("%w: a message of %d bytes", ErrMalformed, len(p))
	}
	n := 1 + int(p[0])
	return string(p[1:n]), binary.BigEndian.Uint64(p[n:]), p[n+8:], nil
}

// AppendGap appends a Gap.
func AppendGap(dst []byte, missed uint64) []byte {
	return binary.BigEndian.AppendUint64(AppendHead(dst, Gap, 8), missed)
}

// ParseGap reads a Gap's payload.
func ParseGap(p []byte) (missed uint64, err error) {
	if len(p) != 8 {
		return 0, fmt.Errorf("%w: a gap of %d bytes", ErrMalformed, len(p))
	}
	return binary.BigEndian.Uint64(p), nil
}
