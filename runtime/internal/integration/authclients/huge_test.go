package authclients_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/authapp"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
	resttransport "github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

const huge = 1 << 20 // bytes: what net/http lets through by itself

// What a request with a huge token may cost.
const (
	maxTime   = slower * time.Millisecond
	maxMemory = 64 << 10
)

// TestHugeTokensCostLittle is not parallel: it counts what the process
// allocates.
func TestHugeTokensCostLittle(t *testing.T) {
	app := authapp.New(t, authapp.Options{})
	good, _, err := app.Tokens.Issue("1")
	if err != nil {
		t.Fatal(err)
	}
	header, payload, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(payload, ".")
	pad := strings.Repeat("A", huge)
	tokens := map[string]string{
		"letters": pad, "dots": strings.Repeat(".", huge), "signature": good + pad,
		"payload": header + "." + payload + pad + "." + signature, "header": header + pad + "." + payload + "." + signature,
		"words": strings.Repeat("Bearer ", huge/7), "spaces": strings.Repeat(" ", huge) + "x",
	}
	sockets := socketio.New(app.App, socketio.Options{})
	sparks := primus.New(app.App, primus.Options{})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		for _, s := range []interface{ Close(context.Context) error }{sockets, sparks} {
			if err := s.Close(ctx); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
	})
	doors := map[string]func(h http.Header) (int, string){
		"rest": func(h http.Header) (int, string) {
			return serve(resttransport.New(app.App, resttransport.Options{}), "/notes", "", h)
		},
		"socketio": func(h http.Header) (int, string) { return handshake(sockets, h) },
		"primus":   func(h http.Header) (int, string) { return serve(sparks, "/primus", "", h) },
	}
	for door, enter := range doors {
		for name, token := range tokens {
			for _, scheme := range []string{"Bearer ", "", "ApiKey "} {
				h := http.Header{"Authorization": {scheme + token}, "Connection": {"Upgrade"}, "Upgrade": {"websocket"},
					"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="}}
				cost(t, door+", "+name+" behind "+scheme, func() (int, string) { return enter(h) })
			}
		}
	}
}

// cost measures what a refusal takes, the least of a few times: whatever else
// the machine does only adds to it.
func cost(t *testing.T, name string, f func() (int, string)) {
	t.Helper()
	took, memory := time.Hour, uint64(1<<62)
	for range 5 {
		var before, after goruntime.MemStats
		goruntime.ReadMemStats(&before)
		start := time.Now()
		status, body := f()
		took = min(took, time.Since(start))
		goruntime.ReadMemStats(&after)
		memory = min(memory, after.TotalAlloc-before.TotalAlloc)
		if status < 400 && !strings.HasPrefix(body, "44") || strings.Contains(body, "AAAAAAAAA") {
			t.Fatalf("%s: answered %d %.300s", name, status, body)
		}
	}
	if took > maxTime || memory > maxMemory {
		t.Errorf("%s: took %v and %d bytes, want at most %v and %d", name, took, memory, maxTime, maxMemory)
	}
}

// serve sends a request without a network.
func serve(h http.Handler, target, body string, header http.Header) (int, string) {
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header = header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	text, _ := io.ReadAll(w.Body)
	return w.Code, string(text)
}

// handshake connects by polling, and returns how CONNECT is answered.
func handshake(s *socketio.Server, header http.Header) (int, string) {
	const target = "/socket.io/?EIO=4&transport=polling"
	status, opened := serve(s, target, "", header)
	_, sid, _ := strings.Cut(opened, `"sid":"`)
	sid, _, _ = strings.Cut(sid, `"`)
	if status != http.StatusOK {
		return status, opened
	}
	session := target + "&sid=" + sid
	if status, text := serve(s, session, "40", http.Header{}); status != http.StatusOK {
		return status, text
	}
	status, text := serve(s, session, "", http.Header{})
	serve(s, session, "1", http.Header{}) // the client leaves
	return status, text
}
