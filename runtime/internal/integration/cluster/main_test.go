//go:build linux || darwin

// Package cluster_test runs an app in several worker processes and sees that
// clients over sockets do not notice: they poll without sticky sessions, come
// back when a worker dies or is replaced, and miss no event of another worker.
package cluster_test

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"
)

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
