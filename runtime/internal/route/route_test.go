package route_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/route"
)

func TestTreeFindsTheNearestPath(t *testing.T) {
	t.Parallel()
	var tree route.Tree[string]
	for _, path := range []string{"users", "users/:id/posts", "users/me/posts", "a/b"} {
		if taken := tree.Add(route.Split(path), &path); taken != nil {
			t.Errorf("Add(%s) = %s, want nil", path, *taken)
		}
	}
	again := "users/:other/posts"
	if taken := tree.Add(route.Split(again), &again); taken == nil || *taken != "users/:id/posts" {
		t.Errorf("Add(%s) did not return the path that is there", again)
	}
	for _, c := range []struct {
		path, want string
		id         bool
	}{
		{"/users/", "users", false},
		{"users/7", "users", true},
		{"users/7/posts", "users/:id/posts", false},
		{"users/me/posts/1", "users/me/posts", true},
		{"a/b", "a/b", false},
		{"a", "", false},
		{"users/7/likes/1", "", false},
	} {
		got, id := tree.Find(route.Split(c.path))
		if got == nil {
			got = new(string)
		}
		if *got != c.want || id != c.id {
			t.Errorf("Find(%s) = %q, %v; want %q, %v", c.path, *got, id, c.want, c.id)
		}
	}
}
