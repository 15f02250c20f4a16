package featherssync_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/featherscaffold/featherscaffold/runtime/bus/featherssync"
)

// The messages that instances of Node sent, shortened where they say nothing
// more.
const (
	restCreate  = `{"event":"created","path":"messages","data":{"text":"r","id":4},"context":{"http":{},"arguments":[{"text":"r"},{"query":{},"headers":{"content-type":"application/json","host":"127.0.0.1:31020"},"route":{},"provider":"rest"}],"event":"created","result":{"text":"r","id":4},"data":{"text":"r"},"params":{"query":{},"headers":{"content-type":"application/json","host":"127.0.0.1:31020"},"route":{},"provider":"rest"},"path":"messages","method":"create","type":"around"}}`
	restPatch   = `{"event":"patched","path":"messages","data":{"text":"r","id":4,"p":1},"context":{"http":{},"arguments":["4",{"p":1},{"query":{},"headers":{},"route":{},"provider":"rest"}],"event":"patched","result":{"text":"r","id":4,"p":1},"id":"4","data":{"p":1},"params":{"query":{},"headers":{},"route":{},"provider":"rest"},"path":"messages","method":"patch","type":"around"}}`
	socketPatch = `{"event":"patched","path":"messages","data":{"text":"sock","id":2,"q":1},"context":{"arguments":[2,{"q":1},{"query":{},"route":{},"connection":{"provider":"socketio","headers":{}},"provider":"socketio","headers":{}}],"event":"patched","result":{"text":"sock","id":2,"q":1},"id":2,"data":{"q":1},"params":{"query":{},"route":{},"connection":{"provider":"socketio","headers":{}},"provider":"socketio","headers":{}},"path":"messages","method":"patch","type":"around"}}`
	login       = `{"event":"created","path":"authentication","data":{"accessToken":"a.b.c"},"context":{"arguments":[{"strategy":"local","password":"secret"}],"result":{"accessToken":"a.b.c"}}}`
)

func TestPoint(t *testing.T) {
	t.Parallel()
	t.Run("107", func(t *testing.T) {
		t.Parallel()
		for name, want := range map[string]string{
			"created": `{"event":"created","path":"messages","data":{"id":1},"context":{"path":"messages","method":"create","type":"around","event":"created","arguments":[],"params":{"query":{},"route":{},"provider":"rest"},"result":{"id":1},"dispatch":{"id":1}},"origin":"go"}`,
			"typing":  `{"event":"typing","path":"messages","data":{"id":1},"origin":"go"}`,
		} {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet()
				a := f.join(t, featherssync.Options{Tag: "go"})
				if err := a.Publish("messages", name, []byte(`{"id":1}`)); err != nil {
					t.Fatal(err)
				}
				a.close(t)
				if got := strings.Join(f.messages(), "\n"); got != want {
					t.Errorf("%s was sent as\n%s, want\n%s", name, got, want)
				}
			})
		}
	})
	t.Run("108", func(t *testing.T) { t.Parallel(); checkHeard(t, foreign) })
	t.Run("110", func(t *testing.T) { t.Parallel(); checkHeard(t, nonsense) })
}

var foreign = map[string]string{
	restCreate:  `messages created {"text":"r","id":4}`,
	restPatch:   `messages patched {"text":"r","id":4,"p":1}`,
	socketPatch: `messages patched {"text":"sock","id":2,"q":1}`,

	`{"event":"typing","path":"messages","data":[1]}`:                                                             `messages typing [1]`,
	`{"event":"typing","path":"messages","data":null,"context":null}`:                                             `messages typing null`,
	`{"event":"created","path":"/messages/","data":1,"context":{}}`:                                               `messages created 1`,
	`{"event":"created","path":"users/:id/posts","data":1,"more":{"a":[]},"origin":5}`:                            `users/:id/posts created 1`,
	`{"event":"created","path":"m","data":{"p":"hash"},"context":{"result":{"p":"hash"},"dispatch":{"id":1}}}`:    `m created {"id":1}`,
	`{"event":"created","path":"m","data":{"id":1},"context":{"result":{"id":1},"dispatch":null}}`:                `m created {"id":1}`,
	`{"context":{"dispatch":[{"d":1},{"d":2}],"result":[{"r":1},{"r":2}]},"data":{"r":2},"path":"m","event":"e"}`: `m e {"d":2}`,
	`{"event":"e","path":"m","data":[1],"context":{"dispatch":[2],"result":[1]}}`:                                 `m e [2]`,
}

var nonsense = map[string]string{
	``: "", `null`: "", `[]`: "", `{}`: "", `5`: "", `{"event":`: "", "\xff": "", `{"event":5,"path":"m","data":1}`: "",
	`{"event":"e","path":"m"}`: "", `{"event":"","path":"m","data":1}`: "", `{"event":"e","path":"//","data":1}`: "",
	`{"event":"e","path":"m","data":1} {}`: "",
	login:                                  "",
	`{"event":"created","path":"/authentication/","data":{}}`:                                             "",
	`{"event":"e","path":"m","data":{"secret":1},"context":{"dispatch":[{"d":1}],"result":[{"r":1}]}}`:    "",
	`{"event":"e","path":"m","data":{"r":2},"context":{"dispatch":[{"d":1}],"result":[{"r":1},{"r":2}]}}`: "",
	`{"event":"e","path":"m","data":{"r":2},"context":{"dispatch":[{"d":1}],"result":{"r":2}}}`:           "",
	`{"event":"e","path":"m","data":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`:       "",
	`{"event":"e","path":"m","data":"` + strings.Repeat("x", featherssync.MaxMessage) + `"}`:              "",
	`{"event":"created","path":"m","data":{"id":1},"context":{"dispatch":{"id":1}},"origin":"go"}`:        "",
}

// checkHeard has somebody say messages, each to an app of its own, and checks
// that what comes next is heard too.
func checkHeard(t *testing.T, messages map[string]string) {
	t.Helper()
	for msg, want := range messages {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet()
			a := f.join(t, featherssync.Options{Tag: "go"})
			f.say(msg)
			f.say(`{"event":"e","path":"last","data":1}`)
			heard, _ := a.take()
			if want != "" {
				want += "\n"
			}
			if got := strings.Join(heard, "\n"); got != want+"last e 1" {
				t.Errorf("%.200s was heard as %q, want %q", msg, got, want)
			}
			if got := a.Stats(); want == "" && got.Dropped+got.Own != 1 {
				t.Errorf("%.200s: %+v, want it counted", msg, got)
			}
			a.close(t)
		})
	}
}

func FuzzMessage(f *testing.F) {
	for msg := range foreign {
		f.Add([]byte(msg))
	}
	for msg := range nonsense {
		if len(msg) < 10_000 {
			f.Add([]byte(msg))
		}
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		path, name, data, tag, ok := featherssync.Parse(msg)
		if !ok {
			return
		}
		if !json.Valid(data) || path == "" || name == "" || path == "authentication" {
			t.Fatalf("Parse(%q) = %q, %q, %q", msg, path, name, data)
		}
		again, name2, data2, _, ok := featherssync.Parse(featherssync.Append(path, name, data, "go"))
		if !ok || again != path || name2 != name || string(data2) != string(data) {
			t.Fatalf("what is sent of %q (%q) is read as %q, %q, %q, %v", msg, tag, again, name2, data2, ok)
		}
	})
}
