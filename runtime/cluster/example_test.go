package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/server"
)

// An app whose sessions are known to one worker each: whatever worker a request
// reaches hands it over to that one.
func Example() {
	options := cluster.Options{Workers: 4, Addr: ":3030", Name: "chat"}
	err := cluster.Run(context.Background(), options, func(ctx context.Context, w *cluster.Worker) error {
		handler := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			// A session's id is its worker's, "~" and something random.
			owner, _, ok := strings.Cut(r.URL.Query().Get("sid"), "~")
			if ok && w.Forward(rw, r, owner) {
				return
			}
			fmt.Fprintln(rw, "served by worker", w.Slot())
		})
		return w.Serve(ctx, server.Options{Handler: handler})
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}
