package gomod_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/gomod"
)

func TestReading(t *testing.T) {
	t.Parallel()
	text := []byte(mod("require (", "\texample.com/a v1.2.0", "\texample.com/b v0.1.0 // indirect", ")", "unknown line"))
	if got := gomod.Go(text); got != "1.26" {
		t.Errorf("Go = %q, want 1.26", got)
	}
	if got := gomod.Required(text, "example.com/b"); got != "v0.1.0" {
		t.Errorf("Required(b) = %q, want v0.1.0", got)
	}
	for _, broken := range []string{"", "module (", "require x"} {
		if v, r := gomod.Go([]byte(broken)), gomod.Required([]byte(broken), "x"); v != "" || r != "" {
			t.Errorf("of %q: go %q and x %q, want neither", broken, v, r)
		}
	}
}

func TestOlderGo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		command, line string
		want          bool
	}{{"go1.25.3", "1.26", true}, {"go1.26.0", "1.26", false}, {"go1.26.0", "1.26.1", true}, {"go1.27rc1", "1.26.4", false}, {"go1.26rc1", "1.26.0", true}} {
		if got := gomod.OlderGo(tt.command, tt.line); got != tt.want {
			t.Errorf("OlderGo(%s, %s) = %v, want %v", tt.command, tt.line, got, tt.want)
		}
	}
}
