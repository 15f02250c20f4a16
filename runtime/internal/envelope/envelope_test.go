package envelope_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/envelope"
)

// FuzzParse checks that what can be read is read again from what is written of
// it.
func FuzzParse(f *testing.F) {
	f.Add([]byte("\x01\x05users\x07patched\x05users\x01\x09everybody" + `{"id":1}`))
	f.Add([]byte("\x02\x00\x00\x00\x1f\x05users\x07patched\x05users\x01\x09everybody" + `{"id":1}`))
	f.Add([]byte("\x02\x00\x00\x00\x09\x01p\x01e\x00\x02\x00\x00more"))
	f.Add([]byte("\x02\xff\xff\xff\xff\x01p"))
	f.Add([]byte("\x01\x01p\x01e\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte("\x03\x00"))
	f.Fuzz(func(t *testing.T, src []byte) {
		l, ok := envelope.Parse(src)
		if !ok {
			return
		}
		m := envelope.Message{Path: string(l.Path), Event: string(l.Event), Schema: string(l.Schema), Channels: names(l), Data: l.Data}
		again, ok := envelope.Parse(m.Append([]byte("x"))[1:])
		same := ok && bytes.Equal(again.Path, l.Path) && bytes.Equal(again.Event, l.Event) && bytes.Equal(again.Schema, l.Schema) &&
			slices.Equal(names(again), m.Channels) && bytes.Equal(again.Data, l.Data)
		if !same {
			t.Errorf("Parse(%q) = %q, and of what is written of it %q", src, l, again)
		}
	})
}

func names(l envelope.Letter) (list []string) {
	for name, rest, ok := envelope.Next(l.Channels); ok; name, rest, ok = envelope.Next(rest) {
		list = append(list, string(name))
	}
	return list
}
