package rabbitmq_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// node is the server of the tests that do not kill theirs.
var node broker.Shared

// startArgs is an environment variable with more arguments for servers.
const startArgs = "RABBITMQ_SERVER_START_ARGS"

// TestMain gives servers more than one user, and fails the package when a goroutine outlives the tests.
func TestMain(m *testing.M) {
	definitions, err := filepath.Abs("testdata/definitions.json")
	if err != nil {
		panic(err)
	}
	_ = os.Setenv(startArgs, `-rabbit load_definitions "`+definitions+`"`)
	code := m.Run()
	if err := node.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
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
