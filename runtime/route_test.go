package runtime_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
)

var discard = slog.New(slog.DiscardHandler)

func routes(t testing.TB, paths ...string) *runtime.App {
	t.Helper()
	app := runtime.New(runtime.Options{Logger: discard})
	for _, p := range paths {
		if err := app.Use(&runtime.Service{Path: p, Schema: recordtest.Schema(p)}); err != nil {
			t.Fatal(err)
		}
	}
	return app
}

func TestLookupFindsServicesByTheirPaths(t *testing.T) {
	t.Parallel()
	app := routes(t, "users", "users/:userId/posts", "users/me/posts", "a/b", "teams/main", "teams/:team/posts/drafts")
	for _, tt := range []struct{ path, service, route, id string }{
		{"users", "users", "", ""},
		{"users/7", "users", "", "7"},
		{"users/7/posts", "users/:userId/posts", "7", ""},
		{"users/7/posts/9", "users/:userId/posts", "7", "9"},
		{"users/me/posts", "users/me/posts", "", ""},
		{"users/me", "users", "", "me"},
		{"users/7/likes", "", "", ""},
		{"users/7/posts/9/x", "", "", ""},
		{"Users", "", "", ""},
		{"a", "", "", ""},
		{"a/b/1", "a/b", "", "1"},
		{"__proto__", "", "", ""},
		{"users//posts", "", "", ""},
		{"teams/main/posts/drafts", "teams/:team/posts/drafts", "", ""},
		{"teams/main/posts", "teams/main", "", "posts"},
		{"", "", "", ""},
	} {
		var segments []string
		if tt.path != "" {
			segments = strings.Split(tt.path, "/")
		}
		svc, route, id, hasID := app.Lookup(segments)
		got := ""
		if svc != nil {
			got = svc.Path
		}
		if got != tt.service || route.Get("userId") != tt.route || id != tt.id || hasID != (tt.id != "") {
			t.Errorf("Lookup(%q) = %q, route %v, id %q %v; want %q, %q, %q", tt.path, got, route, id, hasID, tt.service, tt.route, tt.id)
		}
	}
}

func TestUseRefusesAPathThatIsTaken(t *testing.T) {
	t.Parallel()
	app := routes(t, "users/:userId/posts")
	err := app.Use(&runtime.Service{Path: "users/:id/posts", Schema: recordtest.Schema("posts")})
	if err == nil || !strings.Contains(err.Error(), "taken") {
		t.Errorf("Use(users/:id/posts) = %v, want an error: the path is taken", err)
	}
}

func FuzzLookup(f *testing.F) {
	for _, path := range []string{"users/7/posts", "users", "a/b/c", "", "//", strings.Repeat("users/", 100)} {
		f.Add(path)
	}
	app := routes(f, "users", "users/:userId/posts", "users/:userId/posts/:postId/likes")
	f.Fuzz(func(t *testing.T, path string) {
		segments := strings.Split(path, "/")
		svc, route, id, hasID := app.Lookup(segments)
		if svc == nil {
			return
		}
		n := len(strings.Split(svc.Path, "/"))
		if hasID {
			n++
			if id != segments[len(segments)-1] {
				t.Errorf("Lookup(%q): id %q is not the last segment", path, id)
			}
		}
		if n != len(segments) || len(route) != strings.Count(svc.Path, ":") {
			t.Errorf("Lookup(%q) = %s with %d segments and %d parameters", path, svc.Path, n, len(route))
		}
	})
}
