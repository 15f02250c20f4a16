// Command driver measures a generated app beside the same app on Node Feathers
// and beside a bare server. It prints a table, and writes it with every sample
// to .build/bench/results. See the README in the folder above.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/limit"
	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/load"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// First arguments of the processes that this program starts of itself: one
// that generates load, with its options as JSON, and one that is the bare
// server, with its address.
const (
	loadCommand  = "load"
	limitCommand = "limit"
)

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 2 && args[0] == loadCommand:
		var o load.Options
		if err := json.Unmarshal([]byte(args[1]), &o); err != nil {
			return err
		}
		return load.Run(ctx, o, os.Stdout)
	case len(args) == 2 && args[0] == limitCommand:
		go func() {
			<-ctx.Done()
			os.Exit(0)
		}()
		return http.ListenAndServe(args[1], limit.New())
	}
	s, err := parse(args, os.Stderr)
	if err != nil {
		return err
	}
	b, err := prepare(ctx, s)
	if err != nil {
		return err
	}
	text, err := b.run(ctx)
	fmt.Print(text)
	return err
}
