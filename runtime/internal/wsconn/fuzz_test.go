package wsconn_test

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// readAll returns the messages that a client's bytes make.
func readAll(t *testing.T, src []byte, limit int) (messages []string) {
	t.Helper()
	near, far := net.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		go io.Copy(io.Discard, far) // ends with far
		far.Write(src)
		far.Close()
	}()
	conn := wsconn.NewConn(near, wsconn.Limits{Message: limit, Queue: 1 << 20})
	for {
		msg, isBinary, err := conn.Read()
		if err != nil {
			break
		}
		text := string(msg.Bytes())
		msg.Release()
		if len(text) > limit || !isBinary && !utf8.ValidString(text) {
			t.Errorf("Read() = %d bytes, valid UTF-8: %v", len(text), utf8.ValidString(text))
		}
		messages = append(messages, text)
	}
	conn.Finish()
	<-written
	return messages
}

func FuzzRead(f *testing.F) {
	for _, src := range []string{
		"", "\x81", "\x81\x80\x00\x00\x00\x00", "\x82\x83\x01\x02\x03\x04abc", "\x01\x81\x00\x00\x00\x00a\x89\x80\x00\x00\x00\x00\x80\x81\x00\x00\x00\x00b",
		"\x81\xfe\x00\x03\x00\x00\x00\x00abc", "\x81\xff\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00abc", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
		"\x88\x80\x00\x00\x00\x00", "\x88\x82\x00\x00\x00\x00\x03\xe8", "\x88\x81\x00\x00\x00\x00\x03", "\x8a\x80\x00\x00\x00\x00", "\xf1\x80\x00\x00\x00\x00", "\x81\x01a",
		"\x80\x80\x00\x00\x00\x00", "\x09\x80\x00\x00\x00\x00", "\x81\x82\x00\x00\x00\x00\xff\xff",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		size := 0
		for _, m := range readAll(t, src, 100) {
			size += len(m)
		}
		if size > len(src) {
			t.Fatalf("%d bytes made messages of %d", len(src), size)
		}
	})
}

// FuzzFragments checks that messages arrive however a client cuts and masks
// them.
func FuzzFragments(f *testing.F) {
	f.Add("hello", "wörld", uint8(2), uint32(0x01020304))
	f.Add("", "x", uint8(0), uint32(0))
	f.Fuzz(func(t *testing.T, a, b string, size uint8, mask uint32) {
		want := []string{a, b}
		var src []byte
		for _, m := range want {
			src = appendFragments(src, m, int(size), mask)
		}
		if got := readAll(t, src, max(len(a), len(b))); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

// appendFragments appends a binary message in frames of the size, 0 for one
// frame, with a ping before each.
func appendFragments(dst []byte, message string, size int, mask uint32) []byte {
	opcode := byte(2)
	for {
		part := message
		if size > 0 && len(part) > size {
			part = part[:size]
		}
		message = message[len(part):]
		dst = append(dst, 0x89, 0x80, 0, 0, 0, 0)
		if message == "" {
			opcode |= 0x80
		}
		dst = binary.BigEndian.AppendUint64(append(dst, opcode, 0xff), uint64(len(part)))
		dst = binary.LittleEndian.AppendUint32(dst, mask)
		for i := range len(part) {
			dst = append(dst, part[i]^byte(mask>>(8*(i&3))))
		}
		if message == "" {
			return dst
		}
		opcode = 0
	}
}
