package wire_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

func TestFramesAreReadAsWritten(t *testing.T) {
	t.Parallel()
	large := bytes.Repeat([]byte("x"), wire.MaxMessage)
	var b []byte
	b = wire.Append(b, wire.Ready)
	b = wire.AppendStats(b, wire.Stats{Connections: 7, Memory: 1 << 40})
	b = append(wire.AppendDeliver(b, "2.17", 9, len(large)), large...)
	b = wire.AppendGap(b, 3)
	r := wire.NewReader(bytes.NewReader(b))

	if f, err := r.Next(); err != nil || f.Kind != wire.Ready || len(f.Payload) != 0 {
		t.Fatalf("Next = %v, %v; want Ready", f, err)
	}
	f, err := r.Next()
	if s, perr := wire.ParseStats(f.Payload); err != nil || perr != nil || s != (wire.Stats{Connections: 7, Memory: 1 << 40}) {
		t.Fatalf("stats = %v, %v, %v", s, err, perr)
	}
	f, err = r.Next()
	origin, seq, msg, perr := wire.ParseDeliver(f.Payload)
	if err != nil || perr != nil || origin != "2.17" || seq != 9 || !bytes.Equal(msg, large) {
		t.Fatalf("message = %q, %d, %d bytes, %v, %v", origin, seq, len(msg), err, perr)
	}
	f, err = r.Next()
	if n, perr := wire.ParseGap(f.Payload); err != nil || perr != nil || n != 3 {
		t.Fatalf("gap = %d, %v, %v", n, err, perr)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("Next at the end = %v, want EOF", err)
	}
}

func TestMalformedFramesAreRefused(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"an older version":  "\x00\x01\x00\x00\x00\x00",
		"a newer version":   "\x02\x01\x00\x00\x00\x00",
		"no kind":           "\x01\x00\x00\x00\x00\x00",
		"an unknown kind":   "\x01\x7f\x00\x00\x00\x00",
		"too long":          "\x01\x01\x00\x90\x00\x00",
		"as long as can be": "\x01\x01\xff\xff\xff\xff",
		"text":              "GET / HTTP/1.1\r\n\r\n",
	} {
		if _, err := wire.NewReader(bytes.NewReader([]byte(in))).Next(); !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%s: Next = %v, want ErrMalformed", name, err)
		}
	}
	for _, in := range []string{"\x01", "\x01\x01\x00\x00\x00", "\x01\x01\x00\x00\x00\x02x", "\x01\x01\x00\x20\x00\x00x"} {
		if _, err := wire.NewReader(bytes.NewReader([]byte(in))).Next(); err != io.ErrUnexpectedEOF {
			t.Errorf("%q: Next = %v, want ErrUnexpectedEOF", in, err)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(wire.Append(nil, wire.Drain, 1))
	f.Add(wire.AppendStats(nil, wire.Stats{Connections: 1}))
	f.Add(append(wire.AppendDeliver(nil, "1.1", 1, 2), "hi"...))
	f.Add(wire.AppendGap(wire.Append(nil, wire.Publish, 'x'), 1))
	f.Add([]byte("\x01\x0a\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := wire.NewReader(bytes.NewReader(in))
		var out []byte
		for {
			frame, err := r.Next()
			if err != nil {
				break
			}
			out = wire.Append(out, frame.Kind, frame.Payload...)
			_, _ = wire.ParseStats(frame.Payload)
			_, _ = wire.ParseGap(frame.Payload)
			if origin, seq, msg, err := wire.ParseDeliver(frame.Payload); err == nil {
				again := append(wire.AppendDeliver(nil, origin, seq, len(msg)), msg...)
				if !bytes.Equal(again[6:], frame.Payload) {
					t.Errorf("%q was read as %q, %d, %q", frame.Payload, origin, seq, msg)
				}
			}
		}
		if !bytes.HasPrefix(in, out) {
			t.Errorf("%q was read as %q", in, out)
		}
	})
}
