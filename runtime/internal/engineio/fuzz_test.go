package engineio_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/internal/engineio"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// A recorder keeps what a session's client sent.
type recorder struct {
	messages []string
	closed   int
}

func (r *recorder) Message(msg *wsconn.Buffer, _ bool) {
	r.messages = append(r.messages, string(msg.Bytes()))
	msg.Release()
}

func (r *recorder) Closed(string) { r.closed++ }

// post opens a polling session, posts a body to it, closes it and returns
// what the handler got.
func post(t *testing.T, query string, body []byte) *recorder {
	t.Helper()
	handler := &recorder{}
	server := engineio.New(engineio.Options{AllowEIO3: true}, func(*engineio.Session, *http.Request) engineio.Handler { return handler })
	do := func(method, query string, body []byte) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(method, "/?transport=polling&"+query, bytes.NewReader(body)))
		return w
	}
	_, sid, _ := strings.Cut(do("GET", query, nil).Body.String(), `"sid":"`)
	sid, _, _ = strings.Cut(sid, `"`)
	do("POST", query+"&sid="+sid, body)
	last := "1"
	if query == "EIO=3" {
		last = "1:1"
	}
	do("POST", query+"&sid="+sid, []byte(last))
	if err := server.Close(t.Context()); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	if handler.closed != 1 {
		t.Fatalf("Closed was called %d times, want once", handler.closed)
	}
	return handler
}

func FuzzPayload(f *testing.F) {
	for _, payload := range []string{
		"", "4", "40", "4a\x1e4b", "3\x1e4ä😀", "\x1e\x1e\x1e", "b", "bAAEC", "bAAE=\x1e4", "b!", "1", "4a\x1e1\x1e4b", "2", "2probe", "5", "6", "9",
		"2:4ä", "3:4😀1:3", "0:", "99999999999:4", "1000000000:4", "-1:4", "1:", "5:b4AAE", "\xff", "4\xed\xa0\x80",
	} {
		f.Add([]byte(payload), false)
		f.Add([]byte(payload), true)
	}
	f.Fuzz(func(t *testing.T, payload []byte, v3 bool) {
		query := "EIO=4"
		if v3 {
			query = "EIO=3"
		}
		size := 0
		for _, m := range post(t, query, payload).messages {
			size += len(m)
		}
		if size > len(payload) {
			t.Fatalf("%d bytes of payload made %d bytes of messages", len(payload), size)
		}
	})
}

// FuzzMessages checks that what a client packs into a payload is what the
// handler gets.
func FuzzMessages(f *testing.F) {
	f.Add("a", "ä😀", "", false)
	f.Add("a", "ä😀", "", true)
	f.Fuzz(func(t *testing.T, a, b, c string, v3 bool) {
		want := []string{a, b, c}
		for _, m := range want {
			if !utf8.ValidString(m) || strings.Contains(m, "\x1e") {
				t.Skip("no text that is sent this way")
			}
		}
		query, body := "EIO=4", "4"+a+"\x1e4"+b+"\x1e4"+c
		if v3 {
			query, body = "EIO=3", ""
			for _, m := range want {
				body += engineio.PacketV3("4" + m)
			}
		}
		if got := post(t, query, []byte(body)).messages; !slices.Equal(got, want) {
			t.Fatalf("the handler got %q, want %q", got, want)
		}
	})
}
