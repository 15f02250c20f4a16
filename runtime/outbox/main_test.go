package outbox_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// TestMain fails when goroutines are left.
func TestMain(m *testing.M) {
	if path := os.Getenv(victimPath); path != "" {
		fmt.Fprintln(os.Stderr, "victim:", live(path, os.Getenv(victimEnd)))
		os.Exit(1)
	}
	before := runtime.NumGoroutine()
	status := m.Run()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > before && status == 0 {
		stacks := make([]byte, 1<<20)
		fmt.Printf("%d goroutines are left, %d were there\n%s\n", n, before, stacks[:runtime.Stack(stacks, true)])
		status = 1
	}
	os.Exit(status)
}
