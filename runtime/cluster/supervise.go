//go:build linux || darwin

package cluster

import (
	"context"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/process"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/relay"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
	"github.com/featherscaffold/featherscaffold/runtime/server"
)

// supervise is Run in the first process of a cluster.
func supervise(ctx context.Context, o Options) error {
	if err := makeDir(o.Dir); err != nil {
		return err
	}
	unlock, err := lock(o.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	clean(o.Dir)
	defer clean(o.Dir)
	ln, err := server.Listen(ctx, o.Addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	messages := relay.New(relay.QueueLimit)
	defer messages.Wait()
	spawner, err := process.NewSpawner(ln.(*net.TCPListener), o.Dir, o.Workers, messages)
	if err != nil {
		return err
	}
	defer spawner.Close()
	s := supervisor.New(supervisor.Config{
		Workers: o.Workers, Logger: o.Logger, Start: spawner.Start,
		ReadyTimeout: o.ReadyTimeout, PingInterval: o.PingInterval, PingTimeout: o.PingTimeout,
		StopTimeout: o.StopTimeout + killGrace,
		// The workers have it still; when the last one leaves, it is closed.
		Stopping: func() { _ = ln.Close() },
	})
	admin, err := serveAdmin(o.Dir, s, o.Logger)
	if err != nil {
		return err
	}
	defer admin.close()
	defer obey(ctx, s)()
	o.Logger.Info("supervising", "url", "http://"+ln.Addr().String(), "workers", o.Workers, "dir", o.Dir)
	return s.Run(ctx)
}

// obey does what signals ask for until the function it returns is called.
func obey(ctx context.Context, s *supervisor.Supervisor) (stop func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	var running sync.WaitGroup
	running.Go(func() {
		for sig := range signals {
			if sig == syscall.SIGHUP {
				// Its end is logged.
				running.Go(func() { _ = s.Reload(ctx) })
				continue
			}
			s.Stop()
		}
	})
	return func() {
		signal.Stop(signals)
		close(signals)
		running.Wait()
	}
}
