//go:build linux || darwin

// Package sync_test runs an app as two instances of two workers each, with a
// real broker between them that is killed, cut off, and frozen: the clients of
// all processes hear every event once and in order, or are told that they did
// not; and no secret is among what the broker sees.
package sync_test

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// rabbit is the RabbitMQ of the tests that leave it running.
var rabbit broker.Shared

// TestMain is also the main of the app that the tests run: with APP_DIR set
// this binary is that app. Else it fails the package when a goroutine outlives
// the tests.
func TestMain(m *testing.M) {
	if dir := os.Getenv("APP_DIR"); dir != "" {
		if err := app(dir); err != nil {
			fmt.Fprintln(os.Stderr, "app:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if err := rabbit.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	http.DefaultClient.CloseIdleConnections()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > 1 && time.Now().Before(end); {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > 1 && code == 0 {
		buf := make([]byte, 1<<16)
		fmt.Fprintf(os.Stderr, "%d goroutines leaked:\n%s\n", n-1, buf[:runtime.Stack(buf, true)])
		code = 1
	}
	os.Exit(code)
}
