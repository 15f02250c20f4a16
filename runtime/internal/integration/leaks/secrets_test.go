package leaks_test

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fields are those of each service with a store.
var fields = map[string][]string{
	"users":    {"id", "email", "name", "password", "pin", "role", "team", "githubId", "note", "createdAt", "updatedAt"},
	"papers":   {"id", "title", "body", "code", "serial", "stamp", "state", "owner", "createdAt", "updatedAt"},
	"drafts":   {"id", "text", "code", "by"},
	"api-keys": {"id", "name", "user", "scopes", "key", "hash", "expiresAt", "createdAt", "updatedAt"},
}

// probe returns a value that a viewer gives for a field.
func probe(field, viewer string) string {
	switch field {
	case "password":
		return "PASSWORD-probe"
	case "pin", "code", "hash":
		return "WRITEONLY-probe"
	case "note":
		return "NOTE-probe"
	case "githubId":
		return "GITHUB-bob"
	case "key":
		return "nothing"
	}
	return "probe"
}

// keepsSecrets calls every method of every service in many ways, as all kinds
// of viewers, over all transports.
func keepsSecrets(t *testing.T, v *vault) {
	viewers := []string{"nobody", "ann", "bob", "eve", "key"}
	clients := map[string][]client{"forged": {v.rest("forged")}}
	for _, viewer := range viewers {
		clients[viewer] = []client{v.rest(viewer), v.socket(viewer, false), v.socket(viewer, true)}
	}
	walk := func(viewers ...string) map[int]int {
		answered := map[int]int{}
		for _, viewer := range viewers {
			for _, c := range clients[viewer] {
				for _, r := range v.requests(viewer) {
					status, _ := c.call(r)
					answered[status]++
				}
			}
		}
		return answered
	}
	healthy := walk(append(viewers, "forged")...)
	v.visit()
	for _, status := range []int{200, 400, 401, 403, 404, 405, 409, 500} {
		if healthy[status] == 0 {
			t.Errorf("no call was answered %d: the test looks in the wrong place", status)
		}
	}
	v.wreck()
	broken := walk("ann")
	if broken[500] < broken[200] {
		t.Errorf("answers with a database that is broken: %v", broken)
	}
	v.Kill()
	v.scan()
	t.Logf("answers %v, with a broken database %v; %d pieces of traffic", healthy, broken, len(v.wire))
}

// scan looks through all that was let out.
func (v *vault) scan() {
	v.t.Helper()
	log := v.log.String()
	for _, want := range []string{`"msg":"watched"`, `"msg":"call failed"`, `"msg":"panic in a call"`, "[secret]"} {
		if !strings.Contains(log, want) {
			v.t.Errorf("the log has no %s: the test looks in the wrong place", want)
		}
	}
	found := append(leaks(v.marks(), v.wire), leaks(v.logMarks(), []traffic{{to: toLog, data: log}})...)
	for i, leak := range found {
		if i == 20 {
			v.t.Errorf("and %d more", len(found)-i)
			break
		}
		v.t.Error(leak)
	}
}

// requests returns the calls that a viewer makes.
func (v *vault) requests(viewer string) (list []request) {
	for service, names := range fields {
		list = append(list, v.reads(service, names)...)
		list = append(list, v.writes(service, viewer, names)...)
		for _, method := range []string{"nothing", "fail", "write"} {
			list = append(list, request{method: method, service: service, data: `{"how":"WRITEONLY-x","password":5}`})
		}
	}
	for _, how := range []string{"panic", "panic with text", "error", "conflict", "emit", "show"} {
		list = append(list, request{method: "fail", service: "papers", data: `{"how":"` + how + `","code":"probe"}`})
	}
	return slices.Concat(list, v.logins(viewer), []request{
		{method: "write", service: "papers", data: `{"password":"PASSWORD-probe"}`},
		{method: "daily", service: "reports", data: `{}`},
		{method: "find", service: "reports"}, {method: "find", service: "nothing"},
	})
}

// reads returns finds and gets.
func (v *vault) reads(service string, names []string) []request {
	list := []request{{method: "find", service: service}}
	for _, id := range []string{"1", "2", "3", "99", `"x"`} {
		list = append(list, request{method: "get", service: service, id: id})
	}
	for _, f := range names {
		value := probe(f, "")
		list = append(list,
			request{method: "find", service: service, query: f + "=" + value, tree: `{"` + f + `":"` + value + `"}`},
			request{method: "find", service: service, query: url.QueryEscape("$select[]") + "=" + f, tree: `{"$select":["` + f + `"]}`},
			request{method: "find", service: service, query: url.QueryEscape("$sort["+f+"]") + "=1", tree: `{"$sort":{"` + f + `":1}}`},
			request{method: "find", service: service, query: url.QueryEscape("$or[0]["+f+"][$gt]") + "=" + value, tree: `{"$or":[{"` + f + `":{"$gt":"` + value + `"}}]}`},
			request{method: "find", service: service, query: url.QueryEscape(f+"[$x]") + "=" + value, tree: `{"` + f + `":{"$x":"` + value + `"}}`})
	}
	return list
}

// writes returns calls with one field each, with several, and with data that
// is no good.
func (v *vault) writes(service, viewer string, names []string) (list []request) {
	write := func(data string) {
		list = append(list,
			request{method: "create", service: service, data: data},
			request{method: "update", service: service, id: "3", data: data},
			request{method: "patch", service: service, id: "4", data: data},
			request{method: "patch", service: service, data: data, query: "id=99", tree: `{"id":99}`})
	}
	for _, f := range names {
		write(`{"` + f + `":"` + probe(f, viewer) + `"}`)
		write(`{"` + f + `":{"` + probe(f, viewer) + `":1}}`)
	}
	for _, data := range []string{`[]`, `5`, `[{"password":"PASSWORD-x"},{"code":5}]`, `{"PASSWORD":"x"}`, `{}`} {
		write(data)
	}
	switch service {
	case "papers":
		write(v.paper(viewer))
		write(`{"title":"unique-1"}`)
		list = append(list, request{method: "create", service: service, data: "[" + v.paper(viewer) + "," + v.paper(viewer) + "]"})
	case "drafts":
		write(`{"text":"probe","code":"WRITEONLY-x"}`)
	case "api-keys":
		write(`{"name":"k","scopes":["papers:find"]}`)
	case "users":
		write(`{"email":"mail-ann@example.com","name":"x","password":"short","pin":"WRITEONLY-x"}`)
		if viewer == "nobody" {
			list = append(list, request{method: "create", service: service, data: `{"email":"` + unique() + `@example.com","name":"` + unique() + `","password":"PASSWORD-x"}`},
				request{method: "create", service: service, data: `{"email":"mail-ann@example.com","name":"ann","pin":"WRITEONLY-x"}`})
		}
	}
	for _, id := range []string{"99", `"x"`, ""} {
		list = append(list, request{method: "remove", service: service, id: id, query: "id=99", tree: `{"id":99}`})
	}
	return list
}

// logins returns calls of authentication that leave a connection as it is.
func (v *vault) logins(viewer string) []request {
	list := []request{{method: "find", service: "authentication"}, {method: "remove", service: "authentication", id: `"` + v.tokens["bob"] + `x"`}}
	for _, data := range []string{
		local("ann", "PASSWORD-wrong"), local("nobody", "PASSWORD-wrong"), `{"strategy":"local","email":5,"password":["PASSWORD-x"]}`,
		`{"strategy":"jwt","accessToken":"` + v.tokens["eve"] + `FORGED"}`, `{"strategy":"jwt","accessToken":"x.FORGED.x"}`,
		`{"strategy":"apikey","apiKey":"` + v.key + `FORGED"}`, `{"strategy":"PASSWORD-x"}`, `{"password":"PASSWORD-x"}`, `{"other":"PASSWORD-x"}`,
		`[{"strategy":"local","password":"PASSWORD-x"}]`, `"PASSWORD-x"`,
	} {
		list = append(list, request{method: "create", service: "authentication", data: data})
	}
	if token := v.tokens[viewer]; token != "" {
		list = append(list, request{method: "create", service: "authentication", data: `{"strategy":"jwt","accessToken":"` + token + `"}`})
	}
	return list
}

// visit asks for what is no service, and sends what is no request.
func (v *vault) visit() {
	for _, viewer := range []string{"nobody", "ann", "forged", "key"} {
		c := v.rest(viewer)
		for _, path := range []string{
			"/", "/healthz", "/readyz", "/nothing/here", "/.env", "/oauth/github", "/oauth/github/callback?code=x&state=PASSWORD-x", "/oauth/nobody",
			"/primus", "/primus/spec", "/primus/primus.js", "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=3&transport=polling", "/%ff", "/users/%00",
		} {
			for _, verb := range []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodDelete, http.MethodTrace} {
				c.do(verb, path, "", http.Header{}, "page")
			}
		}
		for _, body := range []string{`{"password":"PASSWORD-`, `{"password":"PASSWORD-x"}}`, "PASSWORD-x", `{"password":"\uPASSWORD-x"}`, strings.Repeat("[", 5000)} {
			for _, path := range []string{"/users", "/authentication"} {
				c.do(http.MethodPost, path, body, http.Header{"Content-Type": {"application/json"}}, "create "+path[1:])
				c.do(http.MethodPost, path, body, http.Header{"Content-Type": {"text/PASSWORD-x"}}, "create "+path[1:])
				c.do(http.MethodPost, path, "password=PASSWORD-x", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, "create "+path[1:])
			}
		}
	}
}

// wreck fills the files of the database with noise.
func (v *vault) wreck() {
	v.t.Helper()
	files, err := filepath.Glob(filepath.Join(v.Dir, "app.db*"))
	if err != nil || len(files) == 0 {
		v.t.Fatalf("the database: %v, %v", files, err)
	}
	for _, file := range files {
		size, err := os.Stat(file)
		if err != nil {
			v.t.Fatal(err)
		}
		noise := make([]byte, size.Size())
		rand.Read(noise)
		f, err := os.OpenFile(file, os.O_WRONLY, 0)
		if err != nil {
			v.t.Fatal(err)
		}
		if _, err := f.Write(noise); err != nil {
			v.t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			v.t.Fatal(err)
		}
	}
}

// logMarks are the secrets that may not be in a log even when the app's own
// code prints records, which it may for fields that some clients see.
func (v *vault) logMarks() []mark {
	return slices.DeleteFunc(v.marks(), func(m mark) bool {
		return m.what == inner || strings.HasPrefix(m.what, "field for") || strings.HasPrefix(m.what, "address for") || strings.HasPrefix(m.what, "account for")
	})
}
