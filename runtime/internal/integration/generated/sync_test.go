package generated_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// A server is a broker of a test's own.
type server interface {
	URL() string
	Start(t testing.TB)
	Kill()
}

func redis(t *testing.T) server    { return broker.StartRedis(t) }
func rabbitMQ(t *testing.T) server { return broker.StartRabbitMQ(t) }

// TestInstancesHearEachOther starts two instances of a project on one broker,
// and takes that away for a while.
func TestInstancesHearEachOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		build     func() (string, error)
		broker    func(*testing.T) server
		processes int  // of both instances
		node      bool // they share events with Node instances, which may get lost
	}{
		"over Redis":                           {kitchenSink, redis, 2, false},
		"over RabbitMQ, with workers and Node": {fleet, rabbitMQ, 4, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shareEvents(t, command(t, c.build), c.broker(t), c.processes, c.node)
		})
	}
}

func shareEvents(t *testing.T, path string, server server, processes int, node bool) {
	env := []string{"SYNC_URL=" + server.URL(), "SYNC_KEY=" + strings.Repeat("k", 32), "DATABASE=" + filepath.Join(t.TempDir(), "app.db")}
	one, other := start(t, path, env...), start(t, path, env...)
	near, far := one.connect(), other.connect()
	one.announce("a")
	near.hearsOf("a", false)
	far.hearsOf("a", false)
	one.answersOf(processes)

	server.Kill()
	one.announce("b")
	near.hearsOf("b", false)
	one.tells("sync: disconnected, ")
	if out, status := one.ask("sync check"); status != 1 || !strings.Contains(out, ": broker did not bring the probe back: ") {
		t.Errorf("sync check without the broker: exit status %d, %s", status, out)
	}

	server.Start(t)
	far.hearsOf("b", node)
	one.tells("sync: connected, 0 waiting")
	one.answersOf(processes)
	one.finish()
	other.finish()
}

// announce has clients hear of a record with a name.
func (a *app) announce(name string) {
	a.t.Helper()
	path, body := "/categories", `{"code":"`+name+`","title":"x"}`
	if strings.HasSuffix(a.cmd.Path, "/fleet") {
		path, body = "/vehicles", `{"plate":"`+name+`"}`
	}
	if r := a.request(http.MethodPost, path, body); r.status != http.StatusCreated {
		a.t.Fatalf("POST %s %s = %d %s, want 201", path, body, r.status, r.body)
	}
}

// hearsOf checks that the next event is of the record with a name, but for
// resyncs, if there may be some.
func (s *socket) hearsOf(name string, resyncs bool) {
	s.t.Helper()
	s.ws.SetDeadline(time.Now().Add(patience)) // anew: starting a broker takes its time
	got := s.event()
	for resyncs && strings.Contains(got, ` resync",`) {
		got = s.event()
	}
	if !strings.Contains(got, ` created",`) || !strings.Contains(got, `":"`+name+`",`) {
		s.t.Fatalf("heard %s, want the created of %s", got, name)
	}
}

// tells waits until the app says, beside being ready, how its bus is.
func (a *app) tells(line string) {
	a.t.Helper()
	var r response
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if r = a.request(http.MethodGet, "/readyz", ""); r.status != http.StatusOK {
			break
		}
		if strings.HasPrefix(r.body, "ok\n"+line) {
			return
		}
	}
	a.t.Fatalf("/readyz = %d %q, want 200 and %s", r.status, r.body, line)
}

var processLine = regexp.MustCompile(`(?m)^\S+:0( \d\.\d)? +\S+s( +\d+){7}$`)

// answersOf checks that so many processes answer over the broker.
func (a *app) answersOf(processes int) {
	a.t.Helper()
	out, status := a.ask("sync check")
	if got := len(processLine.FindAllString(out, -1)); status != 0 || got != processes {
		a.t.Errorf("sync check: exit status %d, %d processes, want %d:\n%s", status, got, processes, out)
	}
}

func TestCheckTellsWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	path := command(t, kitchenSink)
	env := []string{"SYNC_URL=" + redis(t).URL(), "PORT=0"}
	a := start(t, path, append(env, "SYNC_KEY="+strings.Repeat("k", 32))...)
	a.cmd.Env = append(a.cmd.Env, "SYNC_KEY="+strings.Repeat("x", 32)) // of the command alone
	out, status := a.ask("sync check")
	if status != 1 || !strings.Contains(out, ": no process of the app answered: ") {
		t.Errorf("sync check with another key: exit status %d, %s", status, out)
	}
}

func TestMetricsAreForWhoIsNear(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, kitchenSink), "SYNC_URL="+redis(t).URL(), "SYNC_KEY="+strings.Repeat("k", 32))
	a.announce("a")
	r := a.request(http.MethodGet, "/metrics", "")
	for _, line := range []string{"feathers_sync_connected 1", "feathers_sync_published_total 1", "feathers_events_sent_total 1"} {
		if r.status != http.StatusOK || !strings.Contains(r.body, "\n"+line+"\n") {
			t.Errorf("/metrics = %d without %s:\n%s", r.status, line, r.body)
		}
	}
	if r := a.request(http.MethodGet, "/metrics", "", "X-Forwarded-For", "203.0.113.9"); r.status != http.StatusNotFound {
		t.Errorf("/metrics through a proxy = %d, want 404", r.status)
	}
	a.finish()
}

func TestSettingsOfTheBrokerAreChecked(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"SYNC_URL=redis://user:hunter2@[::1/0": "kitchen-sink: environment variable SYNC_URL: the broker's URL is not of the form redis://",
		"SYNC_URL=hunter2":                     "kitchen-sink: environment variable SYNC_URL: the broker's URL is not of the form redis://",
		"SYNC_KEY=hunter2":                     "kitchen-sink: environment variable SYNC_KEY: needs 32 bytes or more in production",
	} {
		a, _ := launch(t, command(t, kitchenSink), "PORT=0", setting)
		if status := a.wait(); status != 1 || !strings.HasPrefix(a.log(), want) || strings.Contains(a.log(), "hunter2") {
			t.Errorf("%s: exit status %d, %s", setting, status, a.log())
		}
	}
}
