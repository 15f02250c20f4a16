package supervisor_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
)

// process is a worker that a test plays.
type process struct {
	id      supervisor.ID
	report  func(supervisor.Report)
	drained []bool
	pings   int
	mute    bool // it does not answer pings
	kills   int
}

func (p *process) PID() int       { return 1000*p.id.Slot + p.id.Generation }
func (p *process) Missed() uint64 { return 0 }

func (p *process) Drain(replaced bool) { p.drained = append(p.drained, replaced) }

func (p *process) Ping() {
	if p.pings++; !p.mute {
		go p.report(supervisor.Report{Kind: supervisor.Alive, Connections: 3, Memory: 5})
	}
}

func (p *process) Kill() {
	p.kills++
	go p.end("signal: killed")
}

func (p *process) ready()          { p.report(supervisor.Report{Kind: supervisor.Ready}) }
func (p *process) end(text string) { p.report(supervisor.Report{Kind: supervisor.Ended, Text: text}) }

// world is a supervisor with fake processes. Its tests run in a bubble and
// look when everything waits.
type world struct {
	*supervisor.Supervisor
	t       *testing.T
	started []*process
	refuse  error // of starts
	done    chan error
	cancel  context.CancelFunc
}

const (
	readyTimeout = 30 * time.Second
	pingInterval = 2 * time.Second
	pingTimeout  = 10 * time.Second
	stopTimeout  = 15 * time.Second
)

// inWorld runs a test with a supervisor that has just begun.
func inWorld(t *testing.T, workers int, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, done: make(chan error, 1)}
		w.Supervisor = supervisor.New(supervisor.Config{
			Workers: workers, Logger: discard, Start: w.start,
			ReadyTimeout: readyTimeout, PingInterval: pingInterval, PingTimeout: pingTimeout, StopTimeout: stopTimeout,
		})
		ctx, cancel := context.WithCancel(t.Context())
		w.cancel = cancel
		go func() { w.done <- w.Run(ctx) }()
		synctest.Wait()
		test(t, w)
		cancel()
		synctest.Wait()
		for _, p := range w.started {
			p.end("")
		}
		<-w.done
		w.after(time.Minute) // timers are over
	})
}

func (w *world) start(id supervisor.ID, report func(supervisor.Report)) (supervisor.Process, error) {
	if w.refuse != nil {
		return nil, w.refuse
	}
	p := &process{id: id, report: report}
	w.started = append(w.started, p)
	return p, nil
}

// after lets time pass and everything settle. It asks for the status because
// that orders what the test did before what the supervisor does next.
func (w *world) after(d time.Duration) {
	_, _ = w.Status(context.Background())
	time.Sleep(d)
	synctest.Wait()
}

// serving starts all workers and returns them.
func (w *world) serving() []*process {
	w.t.Helper()
	for i := 0; i < len(w.started); i++ {
		w.started[i].ready()
		synctest.Wait()
	}
	return w.started
}

// last returns the youngest process, of which there should be n by now.
func (w *world) last(n int) *process {
	w.t.Helper()
	synctest.Wait()
	if len(w.started) != n {
		w.t.Fatalf("%d processes were started, want %d", len(w.started), n)
	}
	return w.started[n-1]
}

// ended expects that Run returned.
func (w *world) ended() error {
	w.t.Helper()
	synctest.Wait()
	select {
	case err := <-w.done:
		w.done <- err
		return err
	default:
		w.t.Fatal("Run did not return")
		return nil
	}
}

// reload asks for one; the channel tells its end.
func (w *world) reload() <-chan error {
	done := make(chan error, 1)
	go func() { done <- w.Reload(context.Background()) }()
	synctest.Wait()
	return done
}

func (w *world) states() (states []supervisor.State) {
	st, err := w.Status(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, worker := range st.Workers {
		states = append(states, worker.State)
	}
	return states
}

var (
	errStart = errors.New("no such file")
	discard  = slog.New(slog.DiscardHandler)
)
