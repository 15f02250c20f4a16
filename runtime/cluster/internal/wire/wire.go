// Package wire is what a supervisor and its workers say to each other over
// sockets: frames of a version, a kind, a length and a payload. It is not for
// strangers, but it reads them as if they were: a worker that has gone wrong
// must not take the supervisor along.
package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// MaxMessage is the size of the largest message on the bus.
const MaxMessage = 8 << 20

// maxPayload leaves room for what stands in front of a message.
const maxPayload = MaxMessage + 64

const (
	version  = 1
	headSize = 6
)

// ErrMalformed says that the other side does not speak this protocol.
var ErrMalformed = errors.New("malformed frame")

// A Kind tells what a frame means.
type Kind byte

// Kinds on the control socket, then those on the bus.
const (
	Hello  Kind = 1 + iota // to a worker: who it is
	Ready                  // from a worker: it serves
	Failed                 // from a worker: why it ends
	Ping                   // to a worker
	Pong                   // from a worker: Stats
	Drain                  // to a worker: finish; payload 1 if another one takes its place

	Publish    // from a worker: a message
	Subscribe  // from a worker: it wants messages
	Subscribed // to a worker: it gets all from here on
	Deliver    // to a worker: a message with its origin and number
	Gap        // either way: how many messages were left out

	end
)

// A Frame is one message of the protocol.
type Frame struct {
	Kind    Kind
	Payload []byte
}

// AppendHead appends what precedes a payload of n bytes.
func AppendHead(dst []byte, k Kind, n int) []byte {
	return binary.BigEndian.AppendUint32(append(dst, version, byte(k)), uint32(n))
}

// Append appends a whole frame.
func Append(dst []byte, k Kind, payload ...byte) []byte {
	return append(AppendHead(dst, k, len(payload)), payload...)
}

// A Reader reads frames. It is not safe for concurrent use.
type Reader struct{ r *bufio.Reader }

// NewReader returns a Reader with a buffer of its own.
func NewReader(r io.Reader) *Reader { return &Reader{bufio.NewReader(r)} }

// Next returns the next frame, whose payload is the caller's. It returns
// io.EOF between frames, io.ErrUnexpectedEOF inside one, and ErrMalformed.
func (r *Reader) Next() (Frame, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(r.r, head[:]); err != nil {
		return Frame{}, err
	}
	kind, size := Kind(head[1]), binary.BigEndian.Uint32(head[2:])
	if head[0] != version || kind == 0 || kind >= end || size > maxPayload {
		return Frame{}, fmt.Errorf("%w: version %d, kind %d, %d bytes", ErrMalformed, head[0], kind, size)
	}
	payload, err := r.payload(int(size))
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return Frame{kind, payload}, err
}

// trusted is how much memory a length may claim before its bytes are there.
const trusted = 64 << 10

func (r *Reader) payload(size int) ([]byte, error) {
	p := make([]byte, min(size, trusted))
	_, err := io.ReadFull(r.r, p)
	if err != nil || size <= trusted {
		return p, err
	}
	all := make([]byte, size)
	copy(all, p)
	_, err = io.ReadFull(r.r, all[len(p):])
	return all, err
}
