package leaks_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// A request is a call of any transport.
type request struct {
	method, service string
	id              string // as JSON; empty for none
	data            string // as JSON; empty for a method that takes none
	query           string // as a query string; only what is text in JSON too
	tree            string // the query as JSON
}

// A client calls as one viewer over one transport, and hands all that it gets
// to the vault.
type client interface {
	// call returns the status, 200 for any success, and what was answered.
	call(r request) (status int, answer string)
}

var counter atomic.Int64

// unique returns text that no other call returned.
func unique() string { return "unique-" + strconv.FormatInt(counter.Add(1), 10) }

// authorization returns the headers of a viewer: a user's name, "key" for
// ann's API key, "forged" for a bad token, "nobody".
func (v *vault) authorization(viewer string) http.Header {
	switch {
	case viewer == "key":
		return http.Header{"X-Api-Key": {v.key}}
	case viewer == "forged":
		return http.Header{"Authorization": {"Bearer " + v.tokens["eve"] + "FORGED"}}
	case v.tokens[viewer] != "":
		return http.Header{"Authorization": {"Bearer " + v.tokens[viewer]}}
	}
	return nil
}

type restClient struct {
	vault  *vault
	viewer string
	auth   http.Header
}

func (v *vault) rest(viewer string) *restClient {
	return &restClient{v, viewer, v.authorization(viewer)}
}

var verbs = map[string]string{"find": "GET", "get": "GET", "create": "POST", "update": "PUT", "patch": "PATCH", "remove": "DELETE"}

func (c *restClient) call(r request) (status int, answer string) {
	path := "/" + r.service
	if r.id != "" && r.id != "null" {
		path += "/" + strings.Trim(r.id, `"`)
	}
	if r.query != "" {
		path += "?" + r.query
	}
	verb, standard := verbs[r.method]
	h := http.Header{"Content-Type": {"application/json"}}
	if !standard {
		verb = "POST"
		h.Set("X-Service-Method", r.method)
	}
	return c.do(verb, path, r.data, h, r.method+" "+r.service)
}

// do sends any request.
func (c *restClient) do(verb, path, data string, h http.Header, what string) (status int, answer string) {
	c.vault.t.Helper()
	req, err := http.NewRequestWithContext(c.vault.t.Context(), verb, c.vault.url+path, strings.NewReader(data))
	if err != nil {
		c.vault.t.Fatal(err)
	}
	req.Header = h.Clone()
	for name, values := range c.auth {
		req.Header[name] = values
	}
	resp, err := http.DefaultTransport.RoundTrip(req) // follows no redirects
	if err != nil {
		c.vault.t.Fatalf("%s: %v", what, err)
	}
	defer resp.Body.Close()
	head, err := httputil.DumpResponse(resp, false)
	if err != nil {
		c.vault.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.vault.t.Fatal(err)
	}
	c.vault.keep(c.viewer, what, string(head)+string(body))
	if status = resp.StatusCode; status < 300 {
		status = http.StatusOK
	}
	return status, string(body)
}

// must is call for calls that must succeed.
func (c *restClient) must(r request) string {
	c.vault.t.Helper()
	status, answer := c.call(r)
	if status != http.StatusOK {
		c.vault.t.Fatalf("%s calls %+v: %d %s", c.viewer, r, status, answer)
	}
	return answer
}

// A socket is a client over a raw websocket.
type socket struct {
	vault  *vault
	viewer string
	ws     *wsconn.Client
	primus bool
	acks   int
}

func (v *vault) socket(viewer string, primus bool) *socket {
	v.t.Helper()
	url := "ws" + strings.TrimPrefix(v.url, "http") + "/socket.io/?EIO=4&transport=websocket"
	if primus {
		url = "ws" + strings.TrimPrefix(v.url, "http") + "/primus"
	}
	ws, err := wsconn.Dial(v.t.Context(), url, v.authorization(viewer))
	if err != nil {
		v.t.Fatalf("%s: dial: %v", viewer, err)
	}
	v.t.Cleanup(func() { ws.Close() })
	s := &socket{vault: v, viewer: viewer, ws: ws, primus: primus}
	if !primus {
		s.next("connect")
		s.write("40")
		if got := s.next("connect"); !strings.HasPrefix(got, `40{"sid":"`) {
			v.t.Fatalf("%s: CONNECT is answered %s", viewer, got)
		}
	}
	return s
}

func (s *socket) call(r request) (status int, answer string) {
	s.vault.t.Helper()
	args := []string{strconv.Quote(r.method), strconv.Quote(r.service)}
	switch r.method {
	case "get", "remove", "update", "patch":
		id := r.id
		if id == "" {
			id = "null"
		}
		args = append(args, id)
	}
	switch r.method {
	case "find", "get", "remove":
	default:
		data := r.data
		if data == "" {
			data = "null"
		}
		args = append(args, data)
	}
	if r.tree != "" {
		args = append(args, r.tree)
	}
	s.acks++
	event, head, tail := fmt.Sprintf("42%d[%s]", s.acks, strings.Join(args, ",")), fmt.Sprintf("43%d", s.acks), ""
	if s.primus {
		event = fmt.Sprintf(`{"type":0,"data":[%s],"id":%d}`, strings.Join(args, ","), s.acks)
		head, tail = fmt.Sprintf(`{"id":%d,"type":1,"data":`, s.acks), "}"
	}
	s.write(event)
	for {
		frame := s.next(r.method + " " + r.service)
		body, ok := strings.CutPrefix(frame, head)
		if !ok {
			continue // an event
		}
		return outcome(strings.TrimSuffix(body, tail))
	}
}

// outcome reads an acknowledgement.
func outcome(ack string) (status int, answer string) {
	if result, ok := strings.CutPrefix(ack, "[null,"); ok {
		return http.StatusOK, strings.TrimSuffix(result, "]")
	}
	_, code, _ := strings.Cut(ack, `"code":`)
	status, _ = strconv.Atoi(code[:min(3, len(code))])
	return status, ack
}

// next returns the next frame that is no heartbeat.
func (s *socket) next(what string) string {
	s.vault.t.Helper()
	for {
		s.ws.SetDeadline(time.Now().Add(patience))
		data, _, err := s.ws.Read()
		if err != nil {
			s.vault.t.Fatalf("%s reads behind %s: %v", s.viewer, what, err)
		}
		frame := string(data)
		switch ping, ok := strings.CutPrefix(frame, `"primus::ping::`); {
		case ok:
			s.write(`"primus::pong::` + ping)
		case frame == "2":
			s.write("3")
		default:
			s.vault.keep(s.viewer, what, frame)
			return frame
		}
	}
}

func (s *socket) write(frame string) {
	s.vault.t.Helper()
	if err := s.ws.Write([]byte(frame), false); err != nil {
		s.vault.t.Fatalf("%s writes %.100s: %v", s.viewer, frame, err)
	}
}

// refuses runs a command that ends at once with an error, and returns what it
// prints.
func refuses(t *testing.T, command string, env []string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("the app started: %s", out)
	}
	return string(out)
}
