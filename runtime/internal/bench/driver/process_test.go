package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestProgramThatEndsBeforeItIsReadyIsAnError(t *testing.T) {
	t.Parallel()
	b := &bench{dir: t.TempDir()}
	command := func(string) (args, env []string) {
		return []string{"sh", "-c", "echo $WHY; exit 1"}, []string{"WHY=no license"}
	}
	_, err := b.launch(t.Context(), sharedCPUs, command, func(ctx context.Context) error {
		return until(ctx, func() error { return errors.New("nobody there") })
	})
	if err == nil || !strings.Contains(err.Error(), "nobody there\nno license") {
		t.Errorf("launch of a program that ends = %v, want what was waited for and what it printed", err)
	}
	if left, err := os.ReadDir(b.dir); err != nil || len(left) > 0 {
		t.Errorf("launch left %v, %v", left, err)
	}
}

func TestProgramThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	b := &bench{dir: t.TempDir()}
	command := func(string) (args, env []string) { return []string{"/nowhere/program"}, nil }
	if _, err := b.launch(t.Context(), sharedCPUs, command, func(context.Context) error { return nil }); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("launch of no program = %v, want os.ErrNotExist", err)
	}
}
