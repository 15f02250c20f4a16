// Package browser_test drives the chat example's page in a headless Chromium,
// against an app that is generated and built from this checkout.
package browser_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/scaffold"
)

func TestTwoWindowsSeeEachOtherAndHeal(t *testing.T) {
	t.Parallel()
	node := need.Command(t, "node")
	chromium := findChromium(t)
	modules := need.NPM(t, ".")
	chat := &scaffold.App{Command: scaffold.Build(t), Dir: t.TempDir()}
	url := chat.Start(t)
	t.Cleanup(chat.Kill)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	drive(t, exec.CommandContext(ctx, node, "chat.mjs", modules, chromium, url), chat)
}

// drive runs a script which asks, by a line that says kill or start, for a
// change of the app, and waits for a line that tells it is done.
func drive(t *testing.T, script *exec.Cmd, chat *scaffold.App) {
	var stderr bytes.Buffer
	script.Stderr = &stderr
	answers, err := script.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	requests, err := script.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := script.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(requests); lines.Scan(); {
		obey(t, lines.Text(), chat, answers)
	}
	if err := script.Wait(); err != nil {
		t.Errorf("%s: %v\n%s", script, err, stderr.Bytes())
	}
}

func obey(t *testing.T, line string, chat *scaffold.App, answers io.Writer) {
	switch line {
	case "kill":
		chat.Kill()
	case "start":
		chat.Start(t)
	default:
		t.Log(line)
		return
	}
	fmt.Fprintln(answers, "done") // a script that is gone shows at Wait
}

func findChromium(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return need.Command(t, "chromium")
}
