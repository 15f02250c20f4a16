package auth_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"
)

// TestMain fails the package when goroutines are left over.
func TestMain(m *testing.M) {
	before := runtime.NumGoroutine()
	code := m.Run()
	for wait := time.Millisecond; code == 0 && runtime.NumGoroutine() > before; wait *= 2 {
		if wait > 4*time.Second {
			fmt.Println("goroutines left over:")
			pprof.Lookup("goroutine").WriteTo(os.Stdout, 1)
			code = 1
		}
		time.Sleep(wait)
	}
	os.Exit(code)
}
