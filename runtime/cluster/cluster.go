package cluster

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// Options are the settings of Run.
type Options struct {
	// Workers is how many processes serve; 0 for this one alone.
	Workers int
	Addr    string // host:port to serve; port 0 for a free one
	// Name is the app's, for the default of Dir; "" for that of the program.
	Name string
	// Dir is where the sockets are; "" for Dir(Name, Addr). It is made if it
	// is missing, and must be open to nobody but the user.
	Dir    string
	Logger *slog.Logger // nil for slog.Default()
	// StopTimeout bounds the stop of a worker; 0 for 10 seconds. One that takes
	// 5 seconds more is killed.
	StopTimeout time.Duration
	// ReadyTimeout is how long a worker may take until it serves; 0 for 30
	// seconds. One that takes longer is killed.
	ReadyTimeout time.Duration
	// PingInterval is between two questions whether a worker lives, 0 for 2
	// seconds; PingTimeout is how long none may be answered before the worker is
	// killed, 0 for 10 seconds.
	PingInterval, PingTimeout time.Duration
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	o.Dir = cmp.Or(o.Dir, Dir(o.Name, o.Addr))
	o.StopTimeout = cmp.Or(o.StopTimeout, 10*time.Second)
	o.ReadyTimeout = cmp.Or(o.ReadyTimeout, 30*time.Second)
	o.PingInterval = cmp.Or(o.PingInterval, 2*time.Second)
	o.PingTimeout = cmp.Or(o.PingTimeout, 10*time.Second)
	return o
}

// killGrace is what a worker gets beyond StopTimeout before it is killed.
const killGrace = 5 * time.Second

// Run runs the app until ctx ends or a signal tells it to stop; it sees to the
// signals itself. In the first process of a cluster it supervises; in a worker,
// and without workers, it calls the function, which builds the app and returns
// what Worker.Serve returns. The function's ctx ends when the worker has to
// leave.
//
// Run is called once, and before anything that only workers should do. It
// returns nil after a clean stop. Errors are those of the function, of listening
// on the address, of Dir (ErrRunning among them), a crash loop of the workers,
// and a worker that did not stop well.
func Run(ctx context.Context, o Options, worker func(ctx context.Context, w *Worker) error) error {
	return run(ctx, o.withDefaults(), worker)
}

// alone serves in this process. After the first signal the next one ends it at
// once.
func alone(ctx context.Context, o Options, worker func(context.Context, *Worker) error) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return started(ctx, worker(ctx, &Worker{count: 1, addr: o.Addr, stopTimeout: o.StopTimeout, log: o.Logger, bus: &Bus{}, open: new(atomic.Int64)}))
}

// started returns nil for the error of a worker that was told to leave before
// it served: it did.
func started(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
