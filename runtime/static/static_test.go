package static_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/featherscaffold/featherscaffold/runtime/static"
)

func newHandler(t *testing.T) http.Handler {
	t.Helper()
	h, err := static.New(fstest.MapFS{
		"index.html":      {Data: []byte("<h1>hi</h1>")},
		"docs/index.html": {Data: []byte("docs")},
		"app.js":          {Data: []byte("let x")},
	}, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, method, path, tag string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestFilesAreServedByTheirPaths(t *testing.T) {
	t.Parallel()
	h := newHandler(t)
	for _, tt := range []struct {
		method, path, body, kind string
		status                   int
	}{
		{"GET", "/", "<h1>hi</h1>", "text/html; charset=utf-8", 200},
		{"GET", "/index.html", "<h1>hi</h1>", "text/html; charset=utf-8", 200},
		{"GET", "/docs/", "docs", "text/html; charset=utf-8", 200},
		{"GET", "/app.js", "let x", "text/javascript; charset=utf-8", 200},
		{"HEAD", "/app.js", "", "text/javascript; charset=utf-8", 200},
		{"POST", "/app.js", "404 page not found\n", "text/plain; charset=utf-8", 404},
		{"GET", "/nope", "404 page not found\n", "text/plain; charset=utf-8", 404},
		{"GET", "/../static.go", "404 page not found\n", "text/plain; charset=utf-8", 404},
	} {
		w := get(h, tt.method, tt.path, "")
		if w.Code != tt.status || w.Body.String() != tt.body || w.Header().Get("Content-Type") != tt.kind {
			t.Errorf("%s %s = %d %q %s, want %d %q %s", tt.method, tt.path, w.Code, w.Body, w.Header().Get("Content-Type"), tt.status, tt.body, tt.kind)
		}
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	t.Parallel()
	h := newHandler(t)
	tag := get(h, "GET", "/app.js", "").Header().Get("ETag")
	if w := get(h, "GET", "/app.js", tag); tag == "" || w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("GET with the tag %s = %d %q, want 304", tag, w.Code, w.Body)
	}
}
