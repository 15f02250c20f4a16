package featherssync_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/featherssync"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

// patience bounds what a test waits for: the machine may be busy.
const patience = time.Minute

// An instance is one of the fleet that clients connect to.
type instance struct {
	name string
	url  string
}

// A process is an instance of the app, one of several that hear each other over
// a bus.
type process struct {
	instance
	sync *featherssync.Sync
}

// startApp starts a process, which ends with the test.
func startApp(t *testing.T, name string, b backend) *process {
	t.Helper()
	app, channel := transporttest.New(t), openChannel(t, b)
	events := bus.New(openBroker(t, b), bus.Options{Prefix: key(t), Logger: silent})
	mirror := featherssync.New(channel, featherssync.Options{Tag: "the app", Logger: silent})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := errors.Join(mirror.Close(ctx), events.Close(ctx)); err != nil {
			t.Errorf("Close: %v", err)
		}
		channel.Close()
	})
	if err := errors.Join(app.SetBus(events), app.SetMirror(mirror, []string{"messages"})); err != nil {
		t.Fatal(err)
	}
	sockets := socketio.New(app.App, socketio.Options{})
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", sockets)
	mux.HandleFunc("/", rest.NotFound)
	server := httptest.NewServer(rest.New(app.App, rest.Options{Next: mux}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := sockets.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
		server.Close()
	})
	return &process{instance{name, server.URL}, mirror}
}

// startNode starts a Node instance, which ends with the test.
func startNode(t *testing.T, name string, b backend) instance {
	t.Helper()
	node := need.Command(t, "node")
	dir := t.TempDir()
	// Node looks for packages in and above the script's own folder.
	if err := os.Symlink(filepath.Join(need.NPM(t, "."), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	const script = "peer.mjs"
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, script), text, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, script, b.URL(), key(t))
	var complaints bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil { // ends with this process, if not before
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("node %s:\n%.5000s", name, &complaints)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var told struct{ URL string }
	if err == nil {
		err = json.Unmarshal(line, &told)
	}
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		t.Fatalf("node does not serve: %v\n%s", err, &complaints)
	}
	return instance{name, told.URL}
}
