package generated_test

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestMessagesReachThoseInTheirRoom(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, chat))
	user := a.create("/users", `{"name":"Ada"}`)
	room := a.create("/rooms", `{"name":"lobby"}`)
	ada, bob, eve := a.connect(), a.connect(), a.connect()
	for _, s := range []*socket{ada, bob} {
		s.mustCall(fmt.Sprintf(`"join","rooms",{"room":%d}`, room))
	}

	message := ada.mustCall(fmt.Sprintf(`"create","messages",{"text":"  hi ","room":%d,"author":%d},{}`, room, user))
	sent := decode[struct {
		ID, Room, Author int
		Text             string
		CreatedAt        time.Time
	}](t, message)
	if sent.ID == 0 || sent.Text != "hi" || sent.Room != room || sent.Author != user || sent.CreatedAt.IsZero() {
		t.Errorf("create = %s, want the text trimmed, room %d, author %d, an id and a time", message, room, user)
	}
	created := `["messages created",` + message + `]`
	ada.hears(created)
	bob.hears(created)

	typing := bob.mustCall(fmt.Sprintf(`"typing","messages",{"room":%d,"user":%d}`, room, user))
	if want := fmt.Sprintf(`{"room":%d,"name":"Ada"}`, room); typing != want {
		t.Errorf("typing = %s, want %s", typing, want)
	}
	ada.hears(`["messages typing",` + typing + `]`)
	bob.hears(`["messages typing",` + typing + `]`)

	bob.mustCall(fmt.Sprintf(`"leave","rooms",{"room":%d}`, room))
	patched := a.request("PATCH", fmt.Sprintf("/messages/%d", sent.ID), `{"text":"ho"}`)
	ada.hears(`["messages patched",` + patched.body + `]`)

	// Everybody hears of a new room. For those outside of the lobby it is the
	// first event since, so nothing of it reached them.
	next := a.request("POST", "/rooms", `{"name":"garden"}`)
	for _, s := range []*socket{ada, bob, eve} {
		s.hears(`["rooms created",` + next.body + `]`)
		s.ws.Close() // the app need not wait for an answer to its goodbye
	}
	a.finish()
}

func TestUniqueNamesConflict(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, chat))
	a.create("/rooms", `{"name":"lobby"}`)
	garden := a.create("/rooms", `{"name":"garden"}`)
	want := `{"name":"Conflict","message":"name is already taken","code":409,"className":"conflict","data":{"field":"name"}}`
	check(t, a, []answer{
		{"a second record", "POST", "/rooms", `{"name":"lobby"}`, 409, want},
		{"a record changed", "PATCH", fmt.Sprintf("/rooms/%d", garden), `{"name":"lobby"}`, 409, want},
	})
	if _, err := a.connect().call(`"create","rooms",{"name":"lobby"},{}`); err != want {
		t.Errorf("error over a socket = %s\nwant %s", err, want)
	}
	if got := total(a, "/rooms"); got != 2 {
		t.Errorf("%d rooms, want 2", got)
	}
}

func TestErrorsOverSocketsAreFeathers(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, chat))
	user, room := a.create("/users", `{"name":"Ada"}`), a.create("/rooms", `{"name":"lobby"}`)
	s := a.connect()
	for call, want := range map[string]string{
		`"get","messages",9,{}`:      `{"name":"NotFound","message":"No record found for id '9'","code":404,"className":"not-found"}`,
		`"find","nope",{}`:           `{"name":"NotFound","message":"Service 'nope' not found","code":404,"className":"not-found"}`,
		`"update","users",1,{},{}`:   `{"name":"MethodNotAllowed","message":"Method 'update' not allowed on service 'users'","code":405,"className":"method-not-allowed"}`,
		`"find","users",{},{},{}`:    `{"name":"BadRequest","message":"Too many arguments for 'find' method","code":400,"className":"bad-request"}`,
		`"join","rooms",{"room":77}`: `{"name":"NotFound","message":"No record found for id '77'","code":404,"className":"not-found"}`,
	} {
		if _, err := s.call(call); err != want {
			t.Errorf("[%s] = %s\nwant %s", call, err, want)
		}
	}
	blanks := fmt.Sprintf(`"create","messages",{"text":"   ","room":%d,"author":%d},{}`, room, user)
	if _, err := s.call(blanks); !strings.Contains(err, `"instancePath":"/text"`) {
		t.Errorf("[%s] = %s, want validation failed at /text", blanks, err)
	}
}

func TestSocketsAreToldToLeaveWhenTheAppStops(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, chat), "STOP_TIMEOUT=15s")
	s := a.connect()
	if err := a.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for {
		data, _, err := s.ws.Read()
		if err != nil {
			break
		}
		if got := string(data); got != "41" && got != "1" {
			t.Errorf("got %s on the way out, want a goodbye", got)
		}
	}
	s.ws.Close()
	if status := a.wait(); status != 0 {
		t.Errorf("exit status = %d, want 0:\n%s", status, a.log())
	}
}

func TestThePageIsServed(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, chat))
	for path, kind := range map[string]string{"/": "text/html; charset=utf-8", "/chat.js": "text/javascript; charset=utf-8", "/chat.css": "text/css; charset=utf-8"} {
		r := a.request("GET", path, "")
		if r.status != 200 || r.header.Get("Content-Type") != kind || r.body == "" {
			t.Errorf("GET %s = %d %s, %d bytes; want 200 %s", path, r.status, r.header.Get("Content-Type"), len(r.body), kind)
		}
	}
	for _, path := range []string{"/../go.mod", "/%2e%2e/go.mod", "/nope.js"} {
		if r := a.request("GET", path, ""); r.status != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", path, r.status)
		}
	}
}

// total returns how many records find finds at a path, which may have a query.
func total(a *app, path string) int {
	a.t.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	r := a.request("GET", path+separator+"$limit=0", "")
	if r.status != 200 {
		a.t.Fatalf("GET %s = %d %s", path, r.status, r.body)
	}
	return decode[struct{ Total int }](a.t, r.body).Total
}
