// Package verify asks the Go compiler whether a project would compile with
// files that have not been written yet.
package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// An Error holds what the compiler has to say.
type Error struct{ Output string }

func (e *Error) Error() string { return "the project would not compile:\n" + e.Output }

// Project compiles all packages of the project in dir, and their tests, as
// they would be with files: slash-separated path → content, nil for one that
// is deleted. Nothing is written to the project, and nothing is linked. A
// project that does not compile is an *Error.
func Project(ctx context.Context, dir string, files map[string][]byte) error {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("verify: the go command is not in PATH; install Go from https://go.dev/dl")
	}
	temp, err := os.MkdirTemp("", "featherscaffold-verify-")
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	defer func() { _ = os.RemoveAll(temp) }()
	overlay, names, err := writeOverlay(temp, dir, files)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	// A list with -export compiles; build would link commands, and vet stops at
	// a package's first error.
	cmd := exec.CommandContext(ctx, "go", "list", "-export", "-test", "-f", "{{if false}}{{end}}", "-overlay", overlay, "./...")
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stderr = &out
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return &Error{Output: names.Replace(out.String())}
	}
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}

// writeOverlay writes the files and a list of them as the go command wants it
// to a folder. It returns the list's name, and what turns the names of what it
// wrote into those that the files have in the project.
func writeOverlay(temp, dir string, files map[string][]byte) (list string, names *strings.Replacer, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	replace, pairs := make(map[string]string, len(files)), []string{}
	for path, content := range files {
		name := ""
		if content != nil {
			name = filepath.Join(temp, strconv.Itoa(len(replace))+filepath.Ext(path))
			if err := os.WriteFile(name, content, 0o600); err != nil {
				return "", nil, err
			}
			pairs = append(pairs, name, filepath.Join(dir, filepath.FromSlash(path)))
			// The go command shortens paths where it can.
			if rel, err := filepath.Rel(abs, name); err == nil {
				pairs = append(pairs, rel, filepath.Join(dir, filepath.FromSlash(path)))
			}
		}
		replace[filepath.Join(abs, filepath.FromSlash(path))] = name
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", nil, err
	}
	list = filepath.Join(temp, "overlay.json")
	return list, strings.NewReplacer(pairs...), os.WriteFile(list, text, 0o600)
}
