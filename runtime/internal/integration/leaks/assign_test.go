package leaks_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A rule says who may give a field: nobody in particular, ann, a member who
// owns the record, or eve, an admin.
type rule struct {
	service, field, value string
	create, change        []string // who may, of those who may call at all
}

var (
	anyone  = []string{"nobody", "ann", "eve"}
	known   = []string{"ann", "eve"}
	admins  = []string{"eve"}
	callers = map[string][]string{"create users": anyone} // of methods that are not for all who are known
)

// rules are about every field but those that everybody must give. %s is a
// value that no other call gives.
var rules = []rule{
	{"users", "id", `7777`, nil, nil},
	{"users", "pin", `"%s"`, anyone, known},
	{"users", "password", `"%s"`, anyone, known},
	{"users", "role", `"admin"`, nil, nil},
	{"users", "role", `"member"`, nil, nil},
	{"users", "team", `7`, admins, admins},
	{"users", "team", `null`, admins, admins},
	{"users", "githubId", `"%s"`, nil, nil},
	{"users", "note", `"%s"`, admins, admins},
	{"users", "createdAt", `"2001-01-01T00:00:00.000Z"`, nil, nil},
	{"users", "updatedAt", `"2001-01-01T00:00:00.000Z"`, nil, nil},
	{"users", "isAdmin", `true`, nil, nil},
	{"users", "__proto__", `{"role":"admin"}`, nil, nil},
	{"users", "Role", `"admin"`, nil, nil},
	{"papers", "id", `7777`, nil, nil},
	{"papers", "body", `"%s"`, known, known},
	{"papers", "code", `"%s"`, known, known},
	{"papers", "serial", `"%s"`, known, nil},
	{"papers", "stamp", `"%s"`, nil, nil},
	{"papers", "state", `"final"`, admins, admins},
	{"papers", "owner", `2`, nil, nil},
	{"papers", "owner", `1`, nil, nil},
	{"papers", "owner", `null`, nil, nil},
	{"papers", "createdAt", `"2001-01-01T00:00:00.000Z"`, nil, nil},
	{"papers", "updatedAt", `"2001-01-01T00:00:00.000Z"`, nil, nil},
	{"drafts", "id", `7777`, nil, nil},
	{"drafts", "code", `"%s"`, known, known},
	{"drafts", "by", `2`, nil, nil},
	{"api-keys", "id", `7777`, nil, nil},
	{"api-keys", "user", `3`, nil, nil},
	{"api-keys", "key", `"%s"`, nil, nil},
	{"api-keys", "hash", `"%s"`, nil, nil},
	{"api-keys", "createdAt", `"2001-01-01T00:00:00.000Z"`, nil, nil},
}

// An attempt is a call that gives a field.
type attempt struct {
	rule
	viewer, how string
	client      client
}

// takesNoOtherField gives every field by every method, as several viewers over
// each transport. What is refused must leave everything as it was.
func takesNoOtherField(t *testing.T, v *vault) {
	v.rest("ann").must(request{method: "create", service: "drafts", data: `{"text":"first"}`})
	var refused, taken []attempt
	for _, viewer := range anyone {
		for _, c := range []client{v.rest(viewer), v.socket(viewer, false), v.socket(viewer, true)} {
			for _, r := range rules {
				for _, how := range ways(r) {
					a := attempt{r, viewer, how, c}
					if status, _ := a.expected(); status == http.StatusOK {
						taken = append(taken, a)
					} else {
						refused = append(refused, a)
					}
				}
			}
		}
	}
	before := v.stored()
	for _, a := range refused {
		a.make(t)
	}
	if after := v.stored(); after != before {
		t.Errorf("what was refused changed\n%s\nto\n%s", before, after)
	}
	v.searchDatabase("unique-mass-")
	for _, a := range taken {
		a.make(t)
	}
	for _, service := range []string{"users", "papers", "drafts"} {
		if status, answer := v.rest("ann").call(request{method: "get", service: service, id: "7777"}); status != http.StatusNotFound {
			t.Errorf("a client chose the id of %s: %s", service, answer)
		}
	}
	t.Logf("%d refused, %d taken", len(refused), len(taken))
}

// ways returns how a field may be given.
func ways(r rule) []string {
	if r.service == "api-keys" {
		return []string{"create"}
	}
	return []string{"create", "create many", "update", "patch", "patch many"}
}

// expected returns the status of the answer, and whether the field is there
// without being heeded: so is an id beside the one of the call.
func (a attempt) expected() (status int, ignored bool) {
	method, _, _ := strings.Cut(a.how, " ")
	may := a.change
	if method == "create" {
		may = a.create
	}
	callers := callers[method+" "+a.service]
	if callers == nil {
		callers = known
	}
	switch {
	case !slices.Contains(callers, a.viewer):
		return http.StatusUnauthorized, false
	case a.field == "id" && method != "create":
		status, ignored = http.StatusOK, true
	case slices.Contains(may, a.viewer):
		status = http.StatusOK
	default:
		return http.StatusBadRequest, false
	}
	if a.service == "drafts" && a.viewer == "eve" && (a.how == "update" || a.how == "patch") {
		status = http.StatusNotFound // the draft is ann's
	}
	return status, ignored
}

// make makes the attempt, and checks the answer.
func (a attempt) make(t *testing.T) {
	t.Helper()
	want, ignored := a.expected()
	value := a.value
	if strings.Contains(value, "%s") {
		value = fmt.Sprintf(value, fill(a.service, a.field))
	}
	r := a.request(value)
	status, answer := a.client.call(r)
	if status != want || want == http.StatusBadRequest && !strings.Contains(answer, a.field) {
		t.Errorf("%s by %T as %s: %+v = %d %s, want %d and the field's name", a.how, a.client, a.viewer, r, status, answer, want)
	}
	if ignored && strings.Contains(answer, `"id":7777`) {
		t.Errorf("%s by %T as %s: the id was taken: %s", a.how, a.client, a.viewer, answer)
	}
}

// fill returns text of the right length.
func fill(service, field string) string {
	text := "unique-mass-" + unique()
	if service == "api-keys" && field == "hash" {
		text += strings.Repeat("0", 64-len(text))
	}
	return text
}

// request returns the call with what else its data must have.
func (a attempt) request(value string) request {
	field := `"` + a.field + `":` + value
	r := request{service: a.service, data: strings.TrimSuffix(plainData(a.service), "}") + "," + field + "}"}
	var many bool
	if r.method, _, many = strings.Cut(a.how, " "); r.method == "create" {
		password := `,"password":"correct horse"}`
		if a.service == "users" && a.field != "password" {
			r.data = strings.TrimSuffix(r.data, "}") + password
		}
		if many {
			other := plainData(a.service)
			if a.service == "users" {
				other = strings.TrimSuffix(other, "}") + password
			}
			r.data = "[" + other + "," + r.data + "]"
		}
		return r
	}
	if r.method == "patch" {
		r.data = "{" + field + "}"
	}
	if r.id = "1"; many { // the first, which is ann's, by its id
		r.id, r.query, r.tree = "", "id=1", `{"id":1}`
	}
	return r
}

// plainData returns data that everybody may give who may call.
func plainData(service string) string {
	switch service {
	case "users":
		return `{"email":"` + unique() + `@example.com","name":"` + unique() + `"}`
	case "papers":
		return `{"title":"` + unique() + `"}`
	case "drafts":
		return `{"text":"` + unique() + `"}`
	}
	return `{"name":"n","scopes":["*"]}`
}

// stored returns all that the users see.
func (v *vault) stored() string {
	var all strings.Builder
	for _, viewer := range []string{"eve", "ann"} {
		c := v.rest(viewer)
		for _, service := range []string{"users", "papers", "drafts", "api-keys"} {
			all.WriteString(c.must(request{method: "find", service: service, query: "$limit=100"}) + "\n")
		}
	}
	return all.String()
}

// searchDatabase looks into the database's files, for fields that nobody sees.
func (v *vault) searchDatabase(text string) {
	v.t.Helper()
	files, err := filepath.Glob(filepath.Join(v.Dir, "app.db*"))
	if err != nil || len(files) == 0 {
		v.t.Fatalf("the database: %v, %v", files, err)
	}
	var all []byte
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			v.t.Fatal(err)
		}
		all = append(all, data...)
	}
	if i := bytes.Index(all, []byte(text)); i >= 0 {
		v.t.Errorf("what was refused is in the database: %q", all[max(0, i-100):min(len(all), i+100)])
	}
	if !bytes.Contains(all, []byte("WRITEONLY-ann")) {
		v.t.Error("the database has not what was written: the test looks in the wrong place")
	}
}
