package cluster

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/handoff"
	"github.com/featherscaffold/featherscaffold/runtime/server"
)

// A Worker is this process in its cluster. Its methods may be called from any
// goroutine.
type Worker struct {
	slot        int
	id          string // "" alone
	instance    string // "" alone
	count       int
	dir         string
	addr        string
	stopTimeout time.Duration
	log         *slog.Logger
	bus         *Bus
	listener    net.Listener // nil alone
	ready       func()
	replaced    atomic.Bool
	open        *atomic.Int64 // connections
}

// ID returns "slot.generation", which no other worker of this supervisor had or
// will have, and "" in an app without workers. Ids of sessions begin with it,
// so that all workers know whose a session is.
func (w *Worker) ID() string { return w.id }

// Instance returns what tells this supervisor from all others, on any host: the
// same random text for all of its workers, also those of later generations, and
// "" in an app without workers.
func (w *Worker) Instance() string { return w.instance }

// Slot returns the worker's number, from 1 to Count; 0 without workers.
func (w *Worker) Slot() int { return w.slot }

// Count returns how many processes serve.
func (w *Worker) Count() int { return w.count }

// Logger returns the logger of Options with the worker's number.
func (w *Worker) Logger() *slog.Logger { return w.log }

// Bus returns the bus to the other workers.
func (w *Worker) Bus() *Bus { return w.bus }

// Serve runs the worker's HTTP server as server.Run does. It sets Addr,
// Listener, Private, Serving and Replaced, and Logger and StopTimeout where they
// are not set; ctx is the one that the function of Run got. It is called once.
func (w *Worker) Serve(ctx context.Context, o server.Options) error {
	if o.Logger == nil {
		o.Logger = w.log
	}
	o.StopTimeout = cmp.Or(o.StopTimeout, w.stopTimeout)
	o.Addr = w.addr
	if w.listener == nil {
		return server.Run(ctx, o)
	}
	private, err := listenPrivate(handoff.Path(w.dir, w.id))
	if err != nil {
		return err
	}
	o.Listener, o.Private = counted{w.listener, w.open}, counted{private, w.open}
	o.Serving, o.Replaced = w.ready, w.replaced.Load
	return server.Run(ctx, o)
}

// Forward gives a request to the worker with the ID owner, by handing over the
// client's connection; all that comes over it from then on is the owner's too.
// It reports false, and leaves the request alone, when there is no such worker,
// or when it is this one. After true the handler has to return. The request's
// body must not have been read, nor the answer begun. The owner may be a
// stranger's word; "" is the worker that takes the place of this one, when it is
// being replaced.
func (w *Worker) Forward(rw http.ResponseWriter, r *http.Request, owner string) bool {
	if w.id != "" && owner == "" {
		owner = w.successor()
	}
	if w.id == "" || owner == w.id || !w.isID(owner) {
		return false
	}
	return give(handoff.Path(w.dir, owner), rw, r)
}

// successor returns the ID of the worker that has this one's slot now, "" for
// none. Generations only grow, so that no request goes in circles.
func (w *Worker) successor() (id string) {
	if !w.replaced.Load() {
		return ""
	}
	_, own, _ := w.parseID(w.id)
	entries, _ := os.ReadDir(w.dir) // without it there is nobody
	for _, e := range entries {
		name, _ := strings.CutSuffix(e.Name(), ".sock")
		if slot, generation, ok := w.parseID(name); ok && slot == w.slot && generation > own {
			id, own = name, generation
		}
	}
	return id
}

// isID reports whether s has the form of a worker's ID in this cluster. It will
// be part of a path.
func (w *Worker) isID(s string) bool {
	_, _, ok := w.parseID(s)
	return ok
}

func (w *Worker) parseID(s string) (slot, generation int, ok bool) {
	slot, rest, ok := number(s)
	if !ok || slot > w.count || rest == "" || rest[0] != '.' {
		return 0, 0, false
	}
	generation, rest, ok = number(rest[1:])
	return slot, generation, ok && rest == ""
}

// number reads a number of up to nine digits from 1, without zeros in front.
func number(s string) (n int, rest string, ok bool) {
	i := 0
	for ; i < len(s) && i < 9 && '0' <= s[i] && s[i] <= '9'; i++ {
		n = 10*n + int(s[i]-'0')
	}
	return n, s[i:], i > 0 && s[0] != '0'
}
