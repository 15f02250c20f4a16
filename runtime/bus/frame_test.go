package bus_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

var origin = [8]byte{1, 2, 3, 4, 5, 6, 7, 8}

func frameOf(first uint64, msgs ...string) *bus.Frame {
	f := &bus.Frame{Origin: origin, First: first}
	for _, msg := range msgs {
		f.Messages = append(f.Messages, []byte(msg))
	}
	return f
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*bus.Frame{
		"a heartbeat":     frameOf(1),
		"messages":        frameOf(1<<40, "one", "", strings.Repeat("long", 10_000)),
		"a question":      {Flags: bus.Probe, Origin: origin, Messages: [][]byte{[]byte("12345678")}},
		"an answer":       {Flags: bus.Answer, Origin: origin, Messages: [][]byte{[]byte("x")}},
		"no empty answer": {Flags: bus.Answer, Origin: origin, Messages: [][]byte{{}}},
	} {
		for _, key := range []string{"", "key"} {
			got, err := bus.ParseFrame(f.Encode([]byte(key), "app"))
			got.Flags = f.Flags
			if err != nil || !reflect.DeepEqual(&got, f) {
				t.Errorf("%s with key %q: ParseFrame = %+v, %v, want %+v", name, key, got, err, f)
			}
		}
	}
}

func TestMalformedFrames(t *testing.T) {
	t.Parallel()
	whole := frameOf(1, "one", "two").Encode(nil, "")
	cases := map[string][]byte{
		"nothing":              {},
		"of another version":   append([]byte{2}, whole[1:]...),
		"with a flag too many": append([]byte{1, 128}, whole[2:]...),
		"of two kinds":         append([]byte{1, bus.Probe | bus.Answer}, whole[2:]...),
		"signed in name":       append([]byte{1, 1}, whole[2:]...),
		"with more behind":     append(bytes.Clone(whole), 0),
		"from number 0":        frameOf(0, "one").Encode(nil, ""),
		"from number 2^63":     frameOf(1<<63, "one").Encode(nil, ""),
		"of endless messages":  append(bytes.Clone(whole[:18]), 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
		"a question with two":  (&bus.Frame{Flags: bus.Probe, Messages: [][]byte{{}, {}}}).Encode(nil, ""),
	}
	for n := range whole {
		cases["cut at "+string(rune('0'+n))] = whole[:n]
	}
	for name, raw := range cases {
		if f, err := bus.ParseFrame(raw); err == nil {
			t.Errorf("a frame %s: ParseFrame(%x) = %+v, want an error", name, raw, f)
		}
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(frameOf(1).Encode(nil, ""))
	f.Add(frameOf(300, "one", "", "three").Encode(nil, ""))
	f.Add(frameOf(1, "signed").Encode([]byte("key"), "app"))
	f.Add((&bus.Frame{Flags: bus.Probe, Messages: [][]byte{[]byte("12345678")}}).Encode(nil, ""))
	f.Add(append(frameOf(1).Encode(nil, "")[:18], 1, 0xff, 0xff, 0xff, 0xff, 0x0f))
	f.Fuzz(func(t *testing.T, raw []byte) {
		parsed, err := bus.ParseFrame(raw)
		if err != nil {
			return
		}
		size := 0
		for _, msg := range parsed.Messages {
			size += len(msg)
		}
		if size > len(raw) {
			t.Fatalf("%x has messages of %d bytes", raw, size)
		}
		parsed.Flags &^= 1 // its signature is gone
		again, err := bus.ParseFrame(parsed.Encode(nil, ""))
		if err != nil || !reflect.DeepEqual(again, parsed) {
			t.Errorf("%x was read as %+v, and that as %+v, %v", raw, parsed, again, err)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte("12345678\x04name\x01\x02\x03\x04\x05\x06\x07\x08\x09"))
	f.Add([]byte("12345678\x00"))
	f.Add([]byte("12345678\x05\x1b[2J\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, msg []byte) {
		p, ok := bus.ParseAnswer(msg)
		if ok && (len(p.Name) > 3*255 || strings.ContainsFunc(p.Name, func(r rune) bool { return r < ' ' })) {
			t.Errorf("%q has the name %q", msg, p.Name)
		}
	})
}
