package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
)

// An AppStatus tells what the workers of a cluster are at.
type AppStatus = supervisor.Status

// A WorkerStatus is one worker in an AppStatus.
type WorkerStatus = supervisor.Worker

// ErrNotRunning says that there is no supervisor to talk to.
var ErrNotRunning = errors.New("the app is not running as a cluster")

// Status asks the supervisor whose Dir is given how its workers are.
func Status(ctx context.Context, dir string) (AppStatus, error) {
	var st AppStatus
	b, err := ask(ctx, dir, http.MethodGet, "/status")
	if err != nil {
		return st, err
	}
	return st, json.Unmarshal(b, &st)
}

// Reload replaces the workers one by one, and returns when it is done. Its
// error tells which worker could not be started; the old ones then serve on.
func Reload(ctx context.Context, dir string) error {
	_, err := ask(ctx, dir, http.MethodPost, "/reload")
	return err
}

// Stop tells the app to stop. It does not wait until it has.
func Stop(ctx context.Context, dir string) error {
	_, err := ask(ctx, dir, http.MethodPost, "/stop")
	return err
}

// maxAnswer bounds an answer of the supervisor.
const maxAnswer = 1 << 20

func ask(ctx context.Context, dir, method, path string) ([]byte, error) {
	if err := checkDir(dir); errors.Is(err, os.ErrNotExist) {
		return nil, ErrNotRunning
	} else if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, adminName))
		},
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://supervisor"+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := transport.RoundTrip(r)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, ErrNotRunning
	}
	if err != nil {
		return nil, fmt.Errorf("ask the supervisor: %w", err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("ask the supervisor: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(strings.TrimSpace(string(b)))
	}
	return b, nil
}
