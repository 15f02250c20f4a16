package sockets_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

// codec writes "ack <id> [...]" and "event <name> <data>".
type codec struct{}

func (codec) AppendFrame(dst []byte, e *runtime.Event) []byte {
	return append(append(dst, "event "+e.Path+" "+e.Name+" "...), e.Data...)
}

func (codec) AppendAck(dst []byte, id uint64) []byte {
	return append(strconv.AppendUint(append(dst, "ack "...), id, 10), ' ')
}

func (codec) AppendError(dst []byte, e *runtime.Error) []byte { return e.AppendJSON(dst) }

func (codec) EndAck(dst []byte, _ int) []byte { return dst }

// outlet passes frames on.
type outlet struct{ frames chan []byte }

func (o outlet) Send(frame []byte) error  { o.frames <- frame; return nil }
func (o outlet) Write(frame []byte) error { o.frames <- bytes.Clone(frame); return nil }

// start returns a server over the test app, and a client of it.
func start(t testing.TB, o sockets.Options) (*transporttest.App, *sockets.Server, *sockets.Client, outlet) {
	t.Helper()
	app := transporttest.New(t)
	o.App, o.Codec = app.App, codec{}
	server := sockets.NewServer(o)
	out := outlet{make(chan []byte, 10_000)}
	client, err := server.Connect(runtime.Handshake{}, out, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Disconnect()
		server.Cancel()
		if err := server.Wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return app, server, client, out
}

// call returns a call that wants an answer.
func call(t testing.TB, id uint64, text string) *sockets.Call {
	t.Helper()
	msg := wsconn.NewBuffer()
	msg.Append([]byte(text))
	c, err := sockets.Decode(msg, msg.Bytes())
	if err != nil {
		t.Fatalf("Decode(%s): %v", text, err)
	}
	c.Acknowledge(id)
	return c
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		src    string
		name   string
		isText bool
		ok     bool
	}{
		{`["find","messages"]`, "find", true, true},
		{` [ "a\u0062" ] `, "ab", true, true},
		{`[5]`, "5", false, true},
		{`["a",` + string(bytes.Repeat([]byte("["), 200)) + `]`, "a", true, true}, // told to the client
		{`[]`, "", false, false},
		{``, "", false, false},
		{`{}`, "", false, false},
		{`[null]`, "", false, false},
		{`["a"`, "", false, false},
		{`["a"]]`, "", false, false},
		{`["a",x]`, "", false, false},
		{"[\"\xff\"]", "", false, false},
	} {
		msg := wsconn.NewBuffer()
		c, err := sockets.Decode(msg, []byte(tt.src))
		if (err == nil) != tt.ok {
			t.Errorf("Decode(%s) = %v, want success: %v", tt.src, err, tt.ok)
		}
		if err != nil {
			msg.Release()
			continue
		}
		if name, isText := c.Name(); string(name) != tt.name || isText != tt.isText {
			t.Errorf("Decode(%s): name %q, %v", tt.src, name, isText)
		}
		c.Release()
	}
}

func TestEventsAreEncodedOnce(t *testing.T) {
	t.Parallel()
	app, server, _, first := start(t, sockets.Options{})
	second := outlet{make(chan []byte, 10)}
	client, err := server.Connect(runtime.Handshake{}, second, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect()
	s := app.Service("messages")
	if err := s.Emit(t.Context(), "typing", s.Schema.New()); err != nil {
		t.Fatal(err)
	}
	a, b := <-first.frames, <-second.frames
	if want := `event messages typing {"id":0,"text":"","seq":null}`; string(a) != want || &a[0] != &b[0] {
		t.Errorf("frames are %q and %q, want both to be one %q", a, b, want)
	}
}

func TestWaitRefusesCalls(t *testing.T) {
	t.Parallel()
	app, server, client, out := start(t, sockets.Options{})
	client.Start(call(t, 1, `["wait","blocking"]`))
	<-app.Waiting
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := server.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait() = %v, want %v", err, context.Canceled)
	}
	client.Start(call(t, 2, `["find","messages"]`))
	want := `ack 2 [{"name":"Unavailable","message":"the server is stopping","code":503,"className":"unavailable"}]`
	if got := string(<-out.frames); got != want {
		t.Errorf("answer = %s, want %s", got, want)
	}
	app.Release()
	if err := server.Wait(t.Context()); err != nil {
		t.Errorf("Wait() = %v", err)
	}
}

func TestCallsAndWaitAtOnce(t *testing.T) {
	t.Parallel()
	_, server, client, out := start(t, sockets.Options{MaxCalls: 2})
	const n = 500
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for i := range n {
				client.Start(call(t, uint64(i), `["find","limited"]`))
			}
		})
	}
	for range 2 {
		group.Go(func() {
			if err := server.Wait(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for range 2 * n {
		<-out.frames // each is answered, or refused
	}
}

func TestDisconnectFreesTheReader(t *testing.T) {
	t.Parallel()
	app, _, client, _ := start(t, sockets.Options{MaxCalls: 1})
	client.Start(call(t, 1, `["wait","blocking"]`))
	<-app.Waiting
	waited := make(chan struct{})
	go func() {
		client.Start(call(t, 2, `["wait","blocking"]`))
		close(waited)
	}()
	client.Disconnect()
	<-waited
	app.Release()
}

func BenchmarkCall(b *testing.B) {
	_, _, client, out := start(b, sockets.Options{})
	client.Start(call(b, 1, `["create","messages",{"text":"hello"}]`))
	<-out.frames
	<-out.frames
	b.ReportAllocs()
	for b.Loop() {
		client.Start(call(b, 2, `["get","messages",1,{}]`))
		<-out.frames
	}
}

// broken is an Authenticator with a mistake.
type broken struct{}

func (broken) Authenticate(context.Context, http.Header) (*runtime.Identity, error) { panic("mistake") }
func (broken) Renew(context.Context, *runtime.Identity) (*runtime.Identity, error)  { panic("mistake") }
func (broken) Concerns(*record.Schema) bool                                         { return false }

func TestAuthenticatorThatPanicsRefusesTheClient(t *testing.T) {
	t.Parallel()
	app := transporttest.New(t)
	app.SetAuthenticator(broken{})
	server := sockets.NewServer(sockets.Options{App: app.App, Codec: codec{}})
	defer server.Cancel()
	if _, err := server.Identify(nil, ""); err == nil {
		t.Error("Identify = nil, want an error")
	}
}
