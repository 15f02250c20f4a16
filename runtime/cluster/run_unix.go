//go:build linux || darwin

package cluster

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/handoff"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/process"
)

func run(ctx context.Context, o Options, worker func(context.Context, *Worker) error) error {
	in, err := process.Inherit()
	switch {
	case err != nil:
		return err
	case in != nil:
		return work(ctx, o, in, worker)
	case o.Workers == 0:
		return alone(ctx, o, worker)
	case o.Workers < 0 || o.Workers > maxWorkers:
		return fmt.Errorf("%d workers: want at most %d", o.Workers, maxWorkers)
	}
	return supervise(ctx, o)
}

// maxWorkers is far more than a machine has use for.
const maxWorkers = 1024

func listenPrivate(path string) (net.Listener, error) {
	ln, err := handoff.Listen(path)
	if err != nil {
		return nil, fmt.Errorf("listen for other workers: %w", err)
	}
	return ln, nil
}

func give(path string, w http.ResponseWriter, r *http.Request) bool { return handoff.Give(path, w, r) }

// private reports whether a folder is the user's and closed to all others.
func private(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid() && info.Mode().Perm()&0o077 == 0
}

// lock makes the folder this process's until it is unlocked, or has ended. It
// locks the folder itself: what cleans up os.TempDir heeds that.
func lock(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if err == syscall.EWOULDBLOCK {
			return nil, fmt.Errorf("%w (%s is in use)", ErrRunning, dir)
		}
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return func() { _ = f.Close() }, nil
}

// timeout is for cleaning up when the context has ended.
func timeout(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), d)
}
