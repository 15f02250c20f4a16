package wsconn

import (
	"io"
	"sync"
)

// A Buffer holds one message that came in. It has one owner at a time, who
// passes it on or releases it.
type Buffer struct {
	data []byte
	skip int
}

const (
	firstBuffer = 512      // capacity of a new Buffer
	keptBuffer  = 64 << 10 // larger ones are not used again
)

var buffers = sync.Pool{New: func() any { return &Buffer{data: make([]byte, 0, firstBuffer)} }}

// NewBuffer returns an empty Buffer.
func NewBuffer() *Buffer { return buffers.Get().(*Buffer) }

// Bytes returns the message. It is valid until Release.
func (b *Buffer) Bytes() []byte { return b.data[b.skip:] }

// Drop takes the first n bytes away.
func (b *Buffer) Drop(n int) { b.skip += n }

// Append appends p to the message.
func (b *Buffer) Append(p []byte) { b.data = append(b.data, p...) }

// ReadFrom appends all that r holds.
func (b *Buffer) ReadFrom(r io.Reader) (int64, error) {
	start := len(b.data)
	for {
		if len(b.data) == cap(b.data) {
			b.data = append(b.data, 0)[:len(b.data)]
		}
		n, err := r.Read(b.data[len(b.data):cap(b.data)])
		b.data = b.data[:len(b.data)+n]
		if err == io.EOF {
			return int64(len(b.data) - start), nil
		}
		if err != nil {
			return int64(len(b.data) - start), err
		}
	}
}

// Release gives the Buffer back. The caller must not use it any more.
func (b *Buffer) Release() {
	if cap(b.data) > keptBuffer {
		return
	}
	b.data, b.skip = b.data[:0], 0
	buffers.Put(b)
}
