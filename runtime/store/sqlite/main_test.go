package sqlite_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// TestMain fails when goroutines are left. The driver starts one a statement,
// to watch its context.
func TestMain(m *testing.M) {
	if path := os.Getenv(writerPath); path != "" {
		fmt.Fprintln(os.Stderr, "writer:", write(path))
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
