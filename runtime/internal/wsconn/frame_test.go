package wsconn_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

func TestFrameLengths(t *testing.T) {
	t.Parallel()
	for n, head := range map[int]string{
		0: "\x81\x00", 1: "\x81\x01", 125: "\x81\x7d",
		126: "\x81\x7e\x00\x7e", 65535: "\x81\x7e\xff\xff",
		65536: "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00",
	} {
		payload := strings.Repeat("x", n)
		dst := append(wsconn.BeginText([]byte("before")), payload...)
		got := string(wsconn.EndFrame(dst, len("before")))
		if want := "before" + head + payload; got != want {
			t.Errorf("frame of %d bytes = %.30q, want %.30q", n, got, want)
		}
		if frame := wsconn.Text(payload); string(frame) != head+payload {
			t.Errorf("Text of %d bytes = %.20q", n, frame)
		}
	}
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte("before"), []byte("payload"), true)
	f.Add([]byte(nil), bytes.Repeat([]byte("x"), 126), false)
	f.Add([]byte(nil), bytes.Repeat([]byte("x"), 1<<16), false)
	f.Fuzz(func(t *testing.T, before, payload []byte, binary bool) {
		begin := wsconn.BeginText
		if binary {
			begin = wsconn.BeginBinary
		}
		dst := wsconn.EndFrame(append(begin(bytes.Clone(before)), payload...), len(before))
		if !bytes.HasPrefix(dst, before) {
			t.Fatalf("EndFrame changed what was before the frame")
		}
		got, isBinary := wsconn.Payload(dst[len(before):])
		if !bytes.Equal(got, payload) || isBinary != binary {
			t.Fatalf("Payload() = %q, %v, want %q, %v", got, isBinary, payload, binary)
		}
	})
}
