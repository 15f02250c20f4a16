package rest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
)

// newServer serves notes with all methods, limited without get, nested posts
// and strings with string ids.
func newServer(t testing.TB) *rest.Handler {
	t.Helper()
	return newServerWith(t, rest.Options{MaxBody: 1000, Origin: origin.Any()})
}

func newServerWith(t testing.TB, o rest.Options) *rest.Handler {
	t.Helper()
	app := runtime.New(runtime.Options{Logger: slog.New(slog.DiscardHandler)})
	fields := []record.Field{{Name: "text", Type: record.String}, {Name: "n", Type: record.Int}}
	all := []runtime.Method{runtime.Find, runtime.Get, runtime.Create, runtime.Update, runtime.Patch, runtime.Remove}
	notes := recordtest.Schema("notes", fields...)
	limited := recordtest.Schema("limited", fields...)
	posts := recordtest.Schema("posts", fields...)
	strs := recordtest.SchemaWithID("strings", record.Field{Name: "key", Type: record.String, Required: true, Immutable: true}, fields...)
	for _, s := range []*runtime.Service{
		{Path: "notes", Schema: notes, Store: memory.New(notes), Methods: all, Multi: []runtime.Method{runtime.Patch, runtime.Remove},
			Custom: customs(notes), Paginate: query.Paginate{Default: 10, Max: 20}},
		{Path: "limited", Schema: limited, Store: memory.New(limited), Methods: []runtime.Method{runtime.Find}},
		{Path: "users/:userId/posts", Schema: posts, Store: memory.New(posts), Methods: all, Custom: customs(posts)},
		{Path: "strings", Schema: strs, Store: memory.New(strs), Methods: all},
	} {
		if err := app.Use(s); err != nil {
			t.Fatal(err)
		}
	}
	return rest.New(app, o)
}

func customs(schema *record.Schema) []runtime.CustomMethod {
	answer := func(text string) *runtime.Result {
		rec := schema.New()
		rec.(*recordtest.Row).Set("text", record.StringValue(text))
		return runtime.One(rec)
	}
	return []runtime.CustomMethod{
		{Name: "ping", Data: schema.New, Run: func(_ context.Context, c *runtime.Call) error {
			c.Result = answer("pong " + c.Data[0].(*recordtest.Row).Get("text").Str())
			return nil
		}},
		{Name: "route", Run: func(_ context.Context, c *runtime.Call) error {
			c.Result = answer(c.Params.Provider + " " + c.Params.Route.Get("userId"))
			return nil
		}},
		{Name: "address", Run: func(_ context.Context, c *runtime.Call) error {
			c.Result = answer(c.Params.Address)
			return nil
		}},
		{Name: "nothing", Run: func(context.Context, *runtime.Call) error { return nil }},
		{Name: "teapot", Run: func(_ context.Context, c *runtime.Call) error {
			c.HTTP = runtime.HTTP{Status: 418, Header: http.Header{"X-Pot": {"tea"}}}
			c.Result = answer("short and stout")
			return nil
		}},
		{Name: "moved", Run: func(_ context.Context, c *runtime.Call) error {
			c.HTTP.Location = "/näh?x=1"
			c.Result = answer("over there")
			return nil
		}},
		{Name: "broken", Run: func(context.Context, *runtime.Call) error { return io.ErrUnexpectedEOF }},
		{Name: "wordless", Run: func(context.Context, *runtime.Call) error { return runtime.Conflict("") }},
	}
}

// do sends a request written as "VERB target" with headers and a body.
func do(h http.Handler, request, body string, headers ...string) *http.Response {
	verb, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequest(verb, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(r *http.Response) string {
	b, _ := io.ReadAll(r.Body)
	return string(b)
}

// expect sends a request and compares status and body.
func expect(t *testing.T, h http.Handler, request, body string, status int, want string, headers ...string) {
	t.Helper()
	r := do(h, request, body, headers...)
	if got := text(r); r.StatusCode != status || got != want {
		t.Errorf("%s %s = %d %s\nwant %d %s", request, body, r.StatusCode, got, status, want)
	}
}

func failure(name string, code int, class, message string) string {
	b, _ := json.Marshal(message)
	return `{"name":"` + name + `","message":` + string(b) + `,"code":` + itoa(code) + `,"className":"` + class + `"}`
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

// TestPoint holds the transport against the numbered conformance points of
// the Feathers protocol.
func TestPoint(t *testing.T) {
	t.Parallel()
	const page = `{"total":1,"limit":10,"skip":0,"data":[{"id":1,"text":"a"}]}`
	for number, point := range map[string]func(t *testing.T, h http.Handler){
		"1": func(t *testing.T, h http.Handler) {
			expect(t, h, "GET /notes", "", 200, page)
			expect(t, h, "GET /notes/1", "", 200, `{"id":1,"text":"a"}`)
		},
		"2": func(t *testing.T, h http.Handler) {
			expect(t, h, "POST /notes", `{"text":"b"}`, 201, `{"id":2,"text":"b"}`)
			expect(t, h, "POST /notes/1", `{"text":"c"}`, 201, `{"id":3,"text":"c"}`)
		},
		"3": func(t *testing.T, h http.Handler) {
			expect(t, h, "PUT /notes", `{"text":"b"}`, 400, failure("BadRequest", 400, "bad-request", "You can not replace multiple instances. Did you mean 'patch'?"))
			expect(t, h, "PATCH /notes", `{"text":"b"}`, 200, `[{"id":1,"text":"b"}]`)
			expect(t, h, "DELETE /notes", "", 200, `[{"id":1,"text":"b"}]`)
		},
		"4": func(t *testing.T, h http.Handler) {
			r := do(h, "HEAD /notes", "")
			if got := text(r); r.StatusCode != 200 || got != "" || r.Header.Get("Content-Length") != itoa(len(page)) {
				t.Errorf("HEAD = %d %q with Content-Length %s, want 200, no body, %d", r.StatusCode, got, r.Header.Get("Content-Length"), len(page))
			}
		},
		"5": func(t *testing.T, h http.Handler) {
			expect(t, h, "TRACE /notes", "", 405, failure("MethodNotAllowed", 405, "method-not-allowed", "Method TRACE not allowed"))
		},
		"6": func(t *testing.T, h http.Handler) {
			expect(t, h, "GET /limited/1", "", 405, failure("MethodNotAllowed", 405, "method-not-allowed", "Method `get` is not supported by this endpoint."))
		},
		"7": func(t *testing.T, h http.Handler) {
			expect(t, h, "POST /notes", `{"text":"x"}`, 200, `{"text":"pong x"}`, "x-service-method", "ping")
		},
		"8": func(t *testing.T, h http.Handler) {
			refused := failure("MethodNotAllowed", 405, "method-not-allowed", "Method `create` is not supported by this endpoint.")
			expect(t, h, "POST /notes", `{}`, 405, refused, "X-Service-Method", "create")
			expect(t, h, "POST /notes", `{}`, 405, strings.Replace(refused, "create", "shout", 1), "X-Service-Method", "shout")
		},
		"9": func(t *testing.T, h http.Handler) {
			expect(t, h, "GET /notes", "", 200, page, "X-Service-Method", "ping")
		},
		"10": func(t *testing.T, h http.Handler) {
			expect(t, h, "GET //notes//", "", 200, page)
			expect(t, h, "GET /notes/1/", "", 200, `{"id":1,"text":"a"}`)
			if r := do(h, "GET /Notes", ""); r.StatusCode != 404 {
				t.Errorf("GET /Notes = %d, want 404", r.StatusCode)
			}
		},
		"11": func(t *testing.T, h http.Handler) {
			expect(t, h, "POST /users/7/posts", "", 200, `{"text":"rest 7"}`, "X-Service-Method", "route")
		},
		"12": func(t *testing.T, h http.Handler) {
			expect(t, h, "POST /notes", "", 204, "", "X-Service-Method", "nothing")
			expect(t, h, "DELETE /notes?text=none", "", 200, "[]")
		},
		"13": func(t *testing.T, h http.Handler) {
			r := do(h, "POST /notes", "", "X-Service-Method", "teapot")
			if r.StatusCode != 418 || r.Header.Get("X-Pot") != "tea" {
				t.Errorf("teapot = %d with X-Pot %q, want 418 and tea", r.StatusCode, r.Header.Get("X-Pot"))
			}
		},
		"14": func(t *testing.T, h http.Handler) {
			r := do(h, "POST /notes", "", "X-Service-Method", "moved")
			if got := r.Header.Get("Location"); r.StatusCode != 303 || got != "/n%C3%A4h?x=1" || text(r) == "" {
				t.Errorf("moved = %d to %s, want 303 to the encoded location with a body", r.StatusCode, got)
			}
		},
		"15": func(t *testing.T, h http.Handler) {
			expect(t, h, "GET /nope?x=1", "", 404, `{"name":"NotFound","message":"Page not found","code":404,"className":"not-found","data":{"url":"/nope?x=1"}}`)
			for _, path := range []string{"/", "/__proto__", "/toString", "/notes/1/extra", "/users/7"} {
				if r := do(h, "GET "+path, ""); r.StatusCode != 404 {
					t.Errorf("GET %s = %d, want 404", path, r.StatusCode)
				}
			}
		},
		"16": func(t *testing.T, h http.Handler) {
			expect(t, h, "GET /notes?$x=1", "", 400, failure("BadRequest", 400, "bad-request", "Invalid filter value $x"))
		},
		"17": func(t *testing.T, h http.Handler) {
			if got := text(do(h, "GET /notes/99", "")); strings.Contains(got, `"data"`) || strings.Contains(got, `"errors"`) {
				t.Errorf("GET /notes/99 = %s, want neither data nor errors", got)
			}
		},
		"18": func(t *testing.T, h http.Handler) {
			expect(t, h, "POST /notes", "", 409, failure("Conflict", 409, "conflict", "Error"), "X-Service-Method", "wordless")
		},
		"19": func(t *testing.T, h http.Handler) {
			expect(t, h, "POST /notes", "", 500, failure("GeneralError", 500, "general-error", "Internal error"), "X-Service-Method", "broken")
		},
		"20": func(t *testing.T, h http.Handler) {
			for _, path := range []string{"/notes", "/nope"} {
				if got := do(h, "GET "+path, "").Header.Get("Content-Type"); got != "application/json; charset=utf-8" {
					t.Errorf("GET %s has Content-Type %q", path, got)
				}
			}
		},
		"21": func(t *testing.T, h http.Handler) {
			r := do(h, "OPTIONS /notes/1", "", "Origin", "http://example.com", "Access-Control-Request-Method", "PATCH",
				"Access-Control-Request-Headers", "authorization,x-service-method")
			if r.StatusCode != 204 || r.Header.Get("Access-Control-Allow-Headers") != "authorization,x-service-method" ||
				!strings.Contains(r.Header.Get("Access-Control-Allow-Methods"), "PATCH") || r.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("preflight = %d %v", r.StatusCode, r.Header)
			}
		},
		"22": func(t *testing.T, h http.Handler) {
			for id, path := range map[string]string{"ä b": "%C3%A4%20b", "a/b": "a%2Fb", "100%": "100%25", "a?b#c": "a%3Fb%23c"} {
				want := `{"key":"` + id + `"}`
				expect(t, h, "POST /strings", want, 201, want)
				expect(t, h, "GET /strings/"+path, "", 200, want)
			}
		},
		"28": func(t *testing.T, h http.Handler) {
			expect(t, h, "POST /notes", " ", 201, `{"id":2}`)
			for _, body := range []string{`{`, `5`, `null`, `"s"`, `{"text":"\x"}`, `{} {}`} {
				if r := do(h, "POST /notes", body); r.StatusCode != 400 || !strings.Contains(text(r), `"BadRequest"`) {
					t.Errorf("POST %s = %d, want 400 in the envelope", body, r.StatusCode)
				}
			}
		},
		"29": func(t *testing.T, h http.Handler) {
			tag := do(h, "GET /notes/1", "").Header.Get("ETag")
			expect(t, h, "GET /notes/1", "", 304, "", "If-None-Match", `"x", `+tag)
			expect(t, h, "GET /notes/1", "", 200, `{"id":1,"text":"a"}`, "If-None-Match", `"x"`)
			expect(t, h, "GET /notes/1", "", 200, `{"id":1,"text":"a"}`)
		},
	} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()
			h := newServer(t)
			expect(t, h, "POST /notes", `{"text":"a"}`, 201, `{"id":1,"text":"a"}`)
			point(t, h)
		})
	}
}

func TestBodiesOfOtherKinds(t *testing.T) {
	t.Parallel()
	h := newServer(t)
	expect(t, h, "POST /notes", "text=a+b&text=c", 400, `{"name":"BadRequest","message":"validation failed","code":400,"className":"bad-request",`+
		`"data":[{"instancePath":"/text","schemaPath":"#/properties/text/type","keyword":"type","params":{"type":"string"},"message":"must be string"}]}`,
		"Content-Type", "application/x-www-form-urlencoded")
	expect(t, h, "POST /notes", "text=a+b", 201, `{"id":1,"text":"a b"}`, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	expect(t, h, "POST /notes", `{"text":"x"}`, 201, `{"id":2}`, "Content-Type", "text/plain")
	expect(t, h, "POST /notes", `{"text":"v"}`, 201, `{"id":3,"text":"v"}`, "Content-Type", "application/vnd.api+json")
	expect(t, h, "POST /notes", "zipped", 400, failure("BadRequest", 400, "bad-request", "the body is not gzip"), "Content-Encoding", "gzip")
	expect(t, h, "POST /notes", zipped(`{"text":"z"}`), 201, `{"id":4,"text":"z"}`, "Content-Encoding", "gzip")
}

func TestBodiesThatAreTooLargeAreRefused(t *testing.T) {
	t.Parallel()
	h := newServer(t)
	refused := failure("BadRequest", 400, "bad-request", "the body is larger than 1000 bytes")
	large := `{"text":"` + strings.Repeat("x", 1000) + `"}`
	expect(t, h, "POST /notes", large, 400, refused)
	expect(t, h, "POST /notes", zipped(large), 400, refused, "Content-Encoding", "gzip")
	r := httptest.NewRequest("POST", "/notes", struct{ io.Reader }{strings.NewReader(large)})
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 400 || w.Body.String() != refused {
		t.Errorf("POST without a length = %d %s, want 400 %s", w.Code, w.Body, refused)
	}
}

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func BenchmarkGet(b *testing.B) {
	h := newServer(b)
	do(h, "POST /notes", `{"text":"some text","n":5}`)
	r := httptest.NewRequest("GET", "/notes/1", nil)
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
	if w.status != 200 {
		b.Fatalf("status %d", w.status)
	}
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }
