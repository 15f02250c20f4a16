package socketio_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

// forwarder notes which owners were asked for, and has those that are there
// answer.
type forwarder struct {
	// mu guards the fields below.
	mu    sync.Mutex
	there map[string]http.Handler
	asked []string
}

func (f *forwarder) forward(w http.ResponseWriter, r *http.Request, owner string) bool {
	f.mu.Lock()
	f.asked = append(f.asked, owner)
	h := f.there[owner]
	f.mu.Unlock()
	if h != nil {
		h.ServeHTTP(w, r)
	}
	return h != nil
}

func (f *forwarder) leave(owner string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.there, owner)
}

func (f *forwarder) owners() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// workers starts two servers. The second one gives to the first.
func workers(t *testing.T, o socketio.Options) (first, second *server, given *forwarder) {
	t.Helper()
	o.Worker = "1.1"
	first = start(t, o)
	given = &forwarder{there: map[string]http.Handler{"1.1": first}}
	o.Worker, o.Forward = "2.1", given.forward
	return first, start(t, o), given
}

// at has a client go on at another server.
func (p *poller) at(s *server) *poller {
	return &poller{t: p.t, server: s, handshake: p.handshake, url: s.url + "&transport=polling&sid=" + p.SID}
}

const random = "abcdefghijklmnopqrst" // as long as the random part of an id

func TestSessionIDNamesItsWorker(t *testing.T) {
	t.Parallel()
	first, second, given := workers(t, socketio.Options{})
	for s, prefix := range map[*server]string{first: "1.1.", second: "2.1."} {
		if sid := s.open(t).SID; !strings.HasPrefix(sid, prefix) || len(sid) != len(prefix)+len(random) {
			t.Errorf("websocket's sid = %q, want %s and %d characters", sid, prefix, len(random))
		}
		if sid := s.connectPolling(t).SID; !strings.HasPrefix(sid, prefix) || len(sid) != len(prefix)+len(random) {
			t.Errorf("poll's sid = %q, want %s and %d characters", sid, prefix, len(random))
		}
	}
	if got := given.owners(); len(got) > 0 {
		t.Errorf("own sessions were forwarded: %q", got)
	}
}

func TestSessionOfAnotherWorkerGoesOnAtIt(t *testing.T) {
	t.Parallel()
	first, second, _ := workers(t, socketio.Options{})
	p := first.connectPolling(t).at(second)
	p.send(`421["shout","messages",{"text":"a"}]`)
	p.want(`42["messages typing",{"id":0,"text":"a!","seq":null}]`, `431[null,{"id":0,"text":"a!","seq":null}]`)
	c := second.dial(t, "&sid="+p.SID)
	c.send("2probe")
	c.want("3probe")
	c.send("5")
	c.answers(`422["shout","messages",{"text":"b"}]`, `432[null,{"id":0,"text":"b!","seq":null}]`)
}

func TestOldClientsOfAnotherWorkerGoOnAtIt(t *testing.T) {
	t.Parallel()
	first, second, _ := workers(t, socketio.Options{AllowEIO3: true})
	v3 := func(s *server) string { return strings.Replace(s.url, "EIO=4", "EIO=3", 1) + "&transport=polling" }
	_, body, _ := first.do(t, "GET", v3(first), "")
	_, rest, _ := strings.Cut(body, `"sid":"`)
	sid, _, _ := strings.Cut(rest, `"`)
	call := `421["shout","messages",{"text":"a"}]`
	if status, body, _ := second.do(t, "POST", v3(second)+"&sid="+sid, "36:"+call); status != 200 || body != "ok" {
		t.Fatalf("POST answered %d %s", status, body)
	}
	for got := ""; !strings.Contains(got, "431[null,"); {
		status, body, _ := second.do(t, "GET", v3(second)+"&sid="+sid, "")
		if got += body; status != 200 {
			t.Fatalf("poll answered %d %s", status, body)
		}
	}
}

func TestForwardComesBeforeAllElse(t *testing.T) {
	t.Parallel()
	given := &forwarder{there: map[string]http.Handler{"1.1": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	})}}
	s := start(t, socketio.Options{
		Worker: "2.1", Forward: given.forward, Transports: []string{socketio.WebSocket},
		Connects: ratelimit.New(ratelimit.Rate{N: 1, Per: time.Hour}),
	})
	for _, method := range []string{"GET", "POST", "OPTIONS", "DELETE"} {
		status, _, header := s.do(t, method, s.url+"&transport=polling&sid=1.1."+random, "", "Origin", "http://elsewhere.example")
		if status != http.StatusTeapot || len(header.Values("Vary")) > 0 {
			t.Errorf("%s answered %d with Vary %q, want it untouched by this worker", method, status, header.Values("Vary"))
		}
	}
}

func TestServerThatStopsForwardsNewSessions(t *testing.T) {
	t.Parallel()
	next := start(t, socketio.Options{Worker: "2.2"})
	given := &forwarder{there: map[string]http.Handler{"": next}}
	s := start(t, socketio.Options{Worker: "2.1", Forward: given.forward})
	c := s.open(t)
	if !strings.HasPrefix(c.SID, "2.1.") || len(given.owners()) > 0 {
		t.Errorf("before the stop: sid %s, forwarded to %q", c.SID, given.owners())
	}
	closed := make(chan error, 1)
	go func() { closed <- s.Close(t.Context()) }()
	c.ends(noStatus)
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	for name, sid := range map[string]string{"websocket": s.open(t).SID, "poll": s.poll(t).SID} {
		if !strings.HasPrefix(sid, "2.2.") {
			t.Errorf("%s's sid = %q, want one of 2.2", name, sid)
		}
	}
	given.leave("")
	if status, body, _ := s.do(t, "GET", s.url+"&transport=polling", ""); status != http.StatusServiceUnavailable {
		t.Errorf("without another server a handshake is answered %d %s, want 503", status, body)
	}
}

func TestSessionOfNoWorkerIsUnknown(t *testing.T) {
	t.Parallel()
	given := &forwarder{}
	s := start(t, socketio.Options{Worker: "2.1", Forward: given.forward})
	for _, sid := range []string{"1.9." + random, "2.1." + random, "." + random, random, "1.1", "1.1." + random[1:], "x" + random,
		strings.Repeat("9", 65) + "." + random, strings.Repeat("1.", 5000) + random, "..%2f..%2fetc." + random, "1.1%00." + random} {
		status, body, _ := s.do(t, "GET", s.url+"&transport=polling&sid="+sid, "")
		if want := `{"code":1,"message":"Session ID unknown"}`; status != 400 || body != want {
			t.Errorf("sid %.40q answered %d %s, want 400 %s", sid, status, body, want)
		}
	}
	s.refusesUpgrade(t, "&transport=websocket&sid=1.9."+random, "Session ID unknown")
	for _, owner := range given.owners() {
		if owner == "" || owner == "2.1" || len(owner) > 64 {
			t.Errorf("asked for the owner %.100q", owner)
		}
	}
}

func TestWorkerNamesCostNothingAlone(t *testing.T) {
	app := start(t, socketio.Options{})
	r := httptest.NewRequest("GET", "/socket.io/?EIO=4&transport=polling&sid=1.1."+random, nil)
	forwarded := false
	other := start(t, socketio.Options{Worker: "1.1", Forward: func(http.ResponseWriter, *http.Request, string) bool {
		forwarded = true
		return false
	}})
	count := func(s *server) float64 {
		return testing.AllocsPerRun(100, func() { s.ServeHTTP(httptest.NewRecorder(), r) })
	}
	if alone, named := count(app), count(other); named > alone {
		t.Errorf("%v allocations with a worker's name, %v alone", named, alone)
	}
	if forwarded {
		t.Error("its own session was forwarded")
	}
}
