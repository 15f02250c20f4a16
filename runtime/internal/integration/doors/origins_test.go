package doors_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/authapp"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
)

const ours = "https://app.example"

func TestOriginsAreTheSameAtEveryDoor(t *testing.T) {
	t.Parallel()
	policy, err := origin.Parse(ours)
	if err != nil {
		t.Fatal(err)
	}
	app := authapp.New(t, authapp.Options{Origin: policy})
	for o, allowed := range map[string]bool{
		ours: true, "https://APP.example": true, "https://app.example:443": true, app.URL(): true, "": true,
		"null": false, "http://app.example": false, "https://app.example:8443": false, "https://evil-app.example": false,
		"https://app.example.evil.com": false, "https://app.example@evil.com": false, "https://evil.com/https://app.example": false,
		"https://sub.app.example": false, "https://app.example.": false, "file://": false,
	} {
		t.Run("origin "+o, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			if o != "" {
				h.Set("Origin", o)
			}
			for _, path := range []string{"/socket.io/?EIO=4&transport=websocket", "/primus"} {
				c, err := wsconn.Dial(t.Context(), ws(app)+path, h)
				switch {
				case err == nil:
					c.Close()
				case !strings.Contains(err.Error(), "403"):
					t.Errorf("websocket of %s: %v", path, err)
				}
				if (err == nil) != allowed {
					t.Errorf("websocket of %s: %v, want it allowed: %t", path, err, allowed)
				}
			}
			// The others answer, but browsers keep the answers of those without
			// the header from the page.
			for _, path := range []string{"/notes", "/nothing", "/socket.io/?EIO=4&transport=polling"} {
				resp, body := get(t, app.URL()+path, "", h)
				echoed := resp.Header.Get("Access-Control-Allow-Origin")
				if want := allowed && o != "" && o != app.URL(); (echoed == o && o != "") != want {
					t.Errorf("%s allows %q: %d %s", path, echoed, resp.StatusCode, body)
				}
				if resp.Header.Get("Access-Control-Allow-Credentials") != "" {
					t.Errorf("%s allows cookies", path)
				}
			}
		})
	}
}

// TestPagesOfOtherPortsLogIn has a page of another origin log in by polling
// and by REST, in Chromium; a page of a third one gets nowhere.
func TestPagesOfOtherPortsLogIn(t *testing.T) {
	t.Parallel()
	node, chromium, modules := need.Command(t, "node"), findChromium(t), need.NPM(t, ".")
	var pages [2]*httptest.Server
	for i := range pages {
		pages[i] = httptest.NewServer(http.FileServer(http.Dir(filepath.Join(modules, "node_modules", "socket.io-client", "dist"))))
		t.Cleanup(pages[i].Close)
	}
	policy, err := origin.Parse(pages[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	app := authapp.New(t, authapp.Options{Origin: policy})
	ctx, cancel := context.WithTimeout(t.Context(), 4*timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "pages.mjs", modules, chromium, app.URL(), pages[0].URL, pages[1].URL, authapp.Password)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	var got [2]struct{ Polling, Websocket, REST string }
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if g := got[0]; g.Polling != "ann@example.com" || g.Websocket != "ann@example.com" || g.REST != "ann@example.com" {
		t.Errorf("the page of the allowed origin: %+v", g)
	}
	if g := got[1]; strings.Contains(g.Polling+g.Websocket+g.REST, "ann@") || g.Polling == "" || g.Websocket == "" || g.REST == "" {
		t.Errorf("the page of another origin: %+v", g)
	}
}

func findChromium(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return need.Command(t, "chromium")
}
