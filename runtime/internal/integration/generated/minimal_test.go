package generated_test

import (
	"encoding/json"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// answer is a request and what it must be answered.
type answer struct {
	name, method, path, body string
	status                   int
	want                     string
}

func check(t *testing.T, a *app, cases []answer) {
	t.Helper()
	for _, c := range cases {
		r := a.request(c.method, c.path, c.body)
		if r.status != c.status || r.body != c.want {
			t.Errorf("%s: %s %s %s\ngot  %d %s\nwant %d %s", c.name, c.method, c.path, c.body, r.status, r.body, c.status, c.want)
		}
	}
}

func TestEveryMethodIsServedOverHTTP(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, minimal))
	check(t, a, []answer{
		{"find finds nothing at first", "GET", "/notes", "", 200, `{"total":0,"limit":25,"skip":0,"data":[]}`},
		{"create makes a record", "POST", "/notes", `{"text":"a"}`, 201, `{"id":1,"text":"a"}`},
		{"create ignores an id in the path", "POST", "/notes/7", `{"text":"b"}`, 201, `{"id":2,"text":"b"}`},
		{"find finds both", "GET", "/notes", "", 200, `{"total":2,"limit":25,"skip":0,"data":[{"id":1,"text":"a"},{"id":2,"text":"b"}]}`},
		{"get gets one", "GET", "/notes/1", "", 200, `{"id":1,"text":"a"}`},
		{"slashes at the ends do not count", "GET", "//notes/1/", "", 200, `{"id":1,"text":"a"}`},
		{"patch changes it", "PATCH", "/notes/1", `{"text":"ä"}`, 200, `{"id":1,"text":"ä"}`},
		{"remove removes it", "DELETE", "/notes/1", "", 200, `{"id":1,"text":"ä"}`},
		{"what is removed is gone", "GET", "/notes/1", "", 404, `{"name":"NotFound","message":"No record found for id '1'","code":404,"className":"not-found"}`},
	})
	head, get := a.request("HEAD", "/notes", ""), a.request("GET", "/notes", "")
	if got, want := head.header.Get("Content-Length"), get.header.Get("Content-Length"); head.status != 200 || head.body != "" || got != want {
		t.Errorf("HEAD /notes = %d %q with Content-Length %s, want 200, no body, %s", head.status, head.body, got, want)
	}
	a.finish()
}

func TestWhatIsNotServedIsRefused(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, minimal))
	a.create("/notes", `{"text":"a"}`)
	check(t, a, []answer{
		{"an unknown path", "GET", "/nope?a=1", "", 404, `{"name":"NotFound","message":"Page not found","code":404,"className":"not-found","data":{"url":"/nope?a=1"}}`},
		{"paths are case-sensitive", "GET", "/Notes", "", 404, `{"name":"NotFound","message":"Page not found","code":404,"className":"not-found","data":{"url":"/Notes"}}`},
		{"a path below a record", "GET", "/notes/1/x", "", 404, `{"name":"NotFound","message":"Page not found","code":404,"className":"not-found","data":{"url":"/notes/1/x"}}`},
		{"an id of another type", "GET", "/notes/abc", "", 404, `{"name":"NotFound","message":"No record found for id 'abc'","code":404,"className":"not-found"}`},
		{"a method that the spec leaves out", "PUT", "/notes/1", `{"text":"b"}`, 405, "{\"name\":\"MethodNotAllowed\",\"message\":\"Method `update` is not supported by this endpoint.\",\"code\":405,\"className\":\"method-not-allowed\"}"},
		{"a verb that means nothing", "TRACE", "/notes", "", 405, `{"name":"MethodNotAllowed","message":"Method TRACE not allowed","code":405,"className":"method-not-allowed"}`},
		{"many records at once", "POST", "/notes", `[{"text":"b"}]`, 405, `{"name":"MethodNotAllowed","message":"Can not create multiple entries","code":405,"className":"method-not-allowed"}`},
		{"all records at once", "DELETE", "/notes", "", 405, `{"name":"MethodNotAllowed","message":"Can not remove multiple entries","code":405,"className":"method-not-allowed"}`},
		{"an unknown filter", "GET", "/notes?$where=1", "", 400, `{"name":"BadRequest","message":"Invalid filter value $where","code":400,"className":"bad-request"}`},
	})
	custom := a.request("POST", "/notes", "{}", "X-Service-Method", "ping")
	want := "{\"name\":\"MethodNotAllowed\",\"message\":\"Method `ping` is not supported by this endpoint.\",\"code\":405,\"className\":\"method-not-allowed\"}"
	if custom.status != 405 || custom.body != want {
		t.Errorf("custom method ping = %d %s, want 405 %s", custom.status, custom.body, want)
	}
}

func TestDataThatBreaksTheRulesIsRefused(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, minimal))
	type failure struct {
		InstancePath, Keyword, Message string
		Params                         json.RawMessage
	}
	for name, c := range map[string]struct{ body, path, keyword, message string }{
		"a missing field":         {`{}`, "", "required", "must have required property 'text'"},
		"a value of another type": {`{"text":5}`, "/text", "type", "must be string"},
		"null":                    {`{"text":null}`, "/text", "type", "must be string"},
		"an unknown field":        {`{"text":"a","txet":"b"}`, "", "additionalProperties", "must NOT have additional properties"},
		"a field of the server's": {`{"text":"a","id":9}`, "/id", "readOnly", "must NOT be given, it is set by the server"},
	} {
		r := a.request("POST", "/notes", c.body)
		got := decode[struct {
			Name, Message, ClassName string
			Code                     int
			Data                     []failure
		}](t, r.body)
		if r.status != 400 || got.Name != "BadRequest" || got.Code != 400 || got.ClassName != "bad-request" || got.Message != "validation failed" {
			t.Errorf("%s: %d %s, want 400 BadRequest, validation failed", name, r.status, r.body)
			continue
		}
		if len(got.Data) == 0 || got.Data[0].InstancePath != c.path || got.Data[0].Keyword != c.keyword || got.Data[0].Message != c.message || len(got.Data[0].Params) == 0 {
			t.Errorf("%s: data = %s\nwant first at %q: %s, %s", name, r.body, c.path, c.keyword, c.message)
		}
	}
	for _, body := range []string{`{`, `{"text":"a"`, `"text"`, `5`, `{"text":"a"}}`, strings.Repeat("[", 100_000), `{"text":"` + strings.Repeat("x", 2<<20) + `"}`} {
		if r := a.request("POST", "/notes", body); r.status != 400 && r.status != 405 {
			t.Errorf("POST %.30s = %d %s, want it refused", body, r.status, r.body)
		}
	}
	if r := a.request("GET", "/notes?$limit=0", ""); r.body != `{"total":0,"limit":0,"skip":0,"data":[]}` {
		t.Errorf("records after refused requests: %s, want none", r.body)
	}
}

func TestFindAnswersPages(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, minimal))
	for range 120 {
		a.create("/notes", `{"text":"a"}`)
	}
	for query, want := range map[string]struct{ limit, skip, first, length int }{
		"":                            {25, 0, 1, 25},
		"?$limit=10&$skip=115":        {10, 115, 116, 5},
		"?$limit=1000":                {100, 0, 1, 100},
		"?$limit=0":                   {0, 0, 0, 0},
		"?$limit=-1":                  {25, 0, 1, 25},
		"?$limit=junk&$skip=junk":     {25, 0, 1, 25},
		"?%24limit=2&$sort[id]=-1":    {2, 0, 120, 2},
		"?$limit=3&$skip=500":         {3, 500, 0, 0},
		"?$limit=2&id[$gt]=50&text=a": {2, 0, 51, 2},
	} {
		r := a.request("GET", "/notes"+query, "")
		page := decode[struct {
			Total, Limit, Skip int
			Data               []struct{ ID int }
		}](t, r.body)
		first := 0
		if len(page.Data) > 0 {
			first = page.Data[0].ID
		}
		if page.Limit != want.limit || page.Skip != want.skip || len(page.Data) != want.length || first != want.first {
			t.Errorf("GET /notes%s: limit %d, skip %d, %d records from %d; want %+v", query, page.Limit, page.Skip, len(page.Data), first, want)
		}
		if all := !strings.Contains(query, "$gt"); all && page.Total != 120 || !all && page.Total != 70 {
			t.Errorf("GET /notes%s: total %d", query, page.Total)
		}
	}
}

func TestHealthIsAnswered(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func() (string, error){"minimal": minimal, "chat": chat} {
		a := start(t, command(t, build))
		for _, path := range []string{"/healthz", "/readyz"} {
			if r := a.request("GET", path, ""); r.status != 200 || r.body != "ok\n" || r.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: GET %s = %d %q, Cache-Control %q; want 200 ok, no-store", name, path, r.status, r.body, r.header.Get("Cache-Control"))
			}
		}
		a.finish()
	}
}

func TestSignalsStopTheAppCleanly(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT} {
		for _, build := range []func() (string, error){minimal, chat} {
			a := start(t, command(t, build), "STOP_TIMEOUT=15s", "WORKERS=0")
			a.request("GET", "/healthz", "") // its connection stays open, idle
			if status := a.stop(s); status != 0 {
				t.Errorf("exit status after %s = %d, want 0", name, status)
			}
			var messages []string
			for _, line := range a.lines {
				var record struct {
					Time       time.Time
					Level, Msg string
				}
				if err := json.Unmarshal([]byte(line), &record); err != nil || record.Time.IsZero() || record.Level != "INFO" {
					t.Errorf("log line %s: %v, want JSON with a time and the level INFO", line, err)
				}
				messages = append(messages, record.Msg)
			}
			if got := strings.Join(messages, ", "); got != "serving, stopping, stopped" {
				t.Errorf("log after %s: %s; want serving, stopping, stopped", name, got)
			}
			if _, err := a.send(t.Context(), "GET", "/healthz", ""); err == nil {
				t.Errorf("something answers after %s", name)
			}
		}
	}
}
