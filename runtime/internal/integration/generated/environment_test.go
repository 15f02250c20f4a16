package generated_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestABadEnvironmentIsOneClearLineAMistake starts a command that can not
// serve, and reads what it says.
func TestABadEnvironmentIsOneClearLineAMistake(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	_, used, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("This is not a database, though it is long enough to look like one: "+strings.Repeat("x", 200)), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env  []string
		want []string // a line each, DIR standing for the folder of file
	}{
		"a port in use":         {[]string{"PORT=" + used}, []string{"chat: listen on 127.0.0.1:" + used + ": address already in use"}},
		"a port that is none":   {[]string{"PORT=abc"}, []string{`chat: environment variable PORT: "abc" is not a whole number from 0 to 65535`}},
		"a port above the last": {[]string{"PORT=65536"}, []string{`chat: environment variable PORT: "65536" is not a whole number from 0 to 65535`}},
		"an unknown log level":  {[]string{"LOG_LEVEL=loud"}, []string{`chat: environment variable LOG_LEVEL: "loud" is not one of debug, info, warn, error`}},
		"a time without a unit": {[]string{"STOP_TIMEOUT=10"}, []string{`chat: environment variable STOP_TIMEOUT: "10" is not a duration such as 10s or 1m30s`}},
		"too many workers":      {[]string{"WORKERS=1025"}, []string{`chat: environment variable WORKERS: "1025" is not auto or a whole number from 0 to 1024`}},
		"several mistakes": {[]string{"PORT=abc", "LOG_LEVEL=loud"}, []string{
			`chat: environment variable PORT: "abc" is not a whole number from 0 to 65535`,
			`environment variable LOG_LEVEL: "loud" is not one of debug, info, warn, error`}},
		"a database below a file":           {[]string{"WORKERS=0", "PORT=0", "DATABASE=" + file + "/chat.db"}, []string{"chat: open database DIR/file/chat.db: mkdir DIR/file: not a directory"}},
		"a folder for a database":           {[]string{"WORKERS=0", "PORT=0", "DATABASE=" + filepath.Dir(file)}, []string{"chat: open database DIR: is a directory"}},
		"a database that is something else": {[]string{"WORKERS=0", "PORT=0", "DATABASE=" + file}, []string{"chat: open database DIR/file: file is not a database"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := launch(t, command(t, chat), c.env...)
			if status := a.wait(); status != 1 {
				t.Errorf("exit status = %d, want 1", status)
			}
			got, want := strings.ReplaceAll(a.log(), filepath.Dir(file), "DIR"), strings.Join(c.want, "\n")
			if got != want {
				t.Errorf("with %v it says\n%s\nwant\n%s", c.env, got, want)
			}
		})
	}
}
