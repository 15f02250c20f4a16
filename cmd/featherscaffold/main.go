// Command featherscaffold writes realtime apps in Go from a service spec and
// keeps them up to date when the spec changes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

func main() {
	// A run makes less garbage than it is worth collecting: it takes a third
	// less time so. A process that stays, such as a demo, begins at 32 MiB.
	debug.SetGCPercent(800)
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitOK      = 0
	exitFailure = 1 // also wrong usage
	exitPending = 2 // generate --check: files would change
	exitPerson  = 3 // a conflict or an orphan is left to decide
	exitSpec    = 4 // the spec has errors
)

// run is the command as a function: it returns the exit code. Results go to
// stdout; diagnostics, progress and errors to stderr.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &cli{stdout: stdout, stderr: stderr, build: readBuild()}
	root := c.rootCommand()
	root.SetArgs(arrows(args))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var exit exitError
	if errors.As(err, &exit) {
		return exit.code
	}
	fmt.Fprintf(stderr, "%s %v\n", c.paint(stderr, styleError, "featherscaffold:"), err)
	return exitFailure
}

// arrows puts a space before arguments such as "-> rooms!", a field's type,
// which would be taken for flags.
func arrows(args []string) []string {
	args = slices.Clone(args)
	for i, arg := range args {
		if strings.HasPrefix(arg, "->") {
			args[i] = " " + arg
		}
	}
	return args
}

// An exitError ends the command with a code; what there was to say has been
// said.
type exitError struct{ code int }

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", e.code) }
