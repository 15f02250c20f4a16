//go:build !linux && !darwin

package cluster

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"runtime"
)

// run serves in this process, whatever the settings.
func run(ctx context.Context, o Options, worker func(context.Context, *Worker) error) error {
	if o.Workers > 0 {
		o.Logger.Warn("no workers on this system: serving in one process", "system", runtime.GOOS, "workers", o.Workers)
	}
	return alone(ctx, o, worker)
}

func listenPrivate(string) (net.Listener, error) { return nil, errors.ErrUnsupported }

func give(string, http.ResponseWriter, *http.Request) bool { return false }

// private does not look: there is nothing here to protect.
func private(os.FileInfo) bool { return true }
