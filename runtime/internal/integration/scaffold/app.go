package scaffold

import (
	"bufio"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// An App is a process of a generated app. It keeps its port and its database
// from one start to the next. It is used by one goroutine.
type App struct {
	Command string    // the path of the binary
	Dir     string    // the process's folder, which gets the database
	Env     []string  // more of its environment, as key=value
	Logs    io.Writer // gets what it logs; nil for the test's output

	port    string // empty: a free one
	process *exec.Cmd
	logs    sync.WaitGroup
}

// Start returns the app's URL when the app serves. The caller sees to it that
// Kill is called before the test ends.
func (a *App) Start(t testing.TB) string {
	t.Helper()
	cmd := exec.Command(a.Command)
	cmd.Dir = a.Dir
	cmd.Env = append(os.Environ(), "HOST=127.0.0.1", "PORT="+port(a.port), "DATABASE="+filepath.Join(a.Dir, "app.db"),
		"RUNTIME_DIRECTORY="+filepath.Join(a.Dir, "s"),
		"CALL_RATE=off", "CONNECT_RATE=off") // suites call as fast as they can
	cmd.Env = append(cmd.Env, a.Env...)
	ownGroup(cmd)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a.process = cmd
	logs := bufio.NewReader(stderr)
	served, seen := serving(logs)
	if served == nil {
		a.Kill()
		t.Fatalf("the app ended before it served:\n%s", seen)
	}
	a.port = served.Port()
	to := a.Logs
	if to == nil {
		to = t.Output()
	} else if _, err := io.WriteString(to, seen); err != nil {
		t.Error(err)
	}
	a.logs.Go(func() { io.Copy(to, logs) })
	return served.String()
}

// port returns what PORT is to be: 0 lets the system choose.
func port(p string) string {
	if p == "" {
		return "0"
	}
	return p
}

// serving reads logs until they tell the app's URL, which is nil if they end
// before that, and returns what it has read.
func serving(logs *bufio.Reader) (*url.URL, string) {
	var seen strings.Builder
	for {
		line, err := logs.ReadString('\n')
		seen.WriteString(line)
		var entry struct{ Msg, URL string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "serving" {
			if u, err := url.Parse(entry.URL); err == nil {
				return u, seen.String()
			}
		}
		if err != nil {
			return nil, seen.String()
		}
	}
}

// Kill ends all processes of the app without any notice, and waits for their
// end. It does nothing when the app does not run.
func (a *App) Kill() {
	if a.process == nil {
		return
	}
	killGroup(a.process)
	a.logs.Wait() // Wait closes the pipe that the logs are read from
	a.process.Wait()
	a.process = nil
}
