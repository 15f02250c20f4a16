package outbox

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Options are the settings of an Outbox. The zero value is fine.
type Options struct {
	Logger *slog.Logger // nil for slog.Default()
	// Idle is how long nothing is heard of a process that is taken for dead, 0
	// for 15 seconds. All processes should have the same.
	Idle time.Duration
	// Waiting is how many entries may wait for the bus in memory, 0 for 65536.
	// Those of calls beyond are sent from the database, when the bus takes them.
	Waiting int
}

// An Outbox follows the events of one app on their way to the bus. Its methods
// may be called at the same time.
type Outbox struct {
	app   *runtime.App
	db    kept.Entries
	log   *slog.Logger
	owner int64
	idle  time.Duration
	limit int // of waiting
	stop  context.CancelFunc
	ended chan struct{}
	wake  chan struct{} // holds one element while there is something to do

	// These belong to the goroutine.
	heirs   map[int64]*source // owners that died and whose keeper this is
	todo    []*source         // the first is being sent
	failing bool              // the database, when it was last asked

	mu sync.Mutex
	// mu guards the fields below.
	next    int64                // number of the next entry
	open    map[*ticket]struct{} // those with entries
	waiting int                  // entries of open; beyond limit those of calls that run only
	resends int                  // tickets in open that the goroutine waits for
	done    []*ticket            // whose entries are to be deleted
	unsent  bool                 // there are own entries without a ticket
	round   int64                // counts beats, from 1
	stored  int64                // the last round in which something was handed over that is stored by now
	stats   Stats
}

// Stats counts what an Outbox did.
type Stats struct {
	Waiting int    // entries whose events are on their way
	Resent  uint64 // events that were sent again, or for a process that ended
	Stuck   uint64 // entries that can not be sent
}

// Start has an app with a bus keep events, sends what others left behind, and
// goes on until Close. It starts a goroutine.
func Start(ctx context.Context, a *runtime.App, db kept.Entries, o Options) (*Outbox, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Idle <= 0 {
		o.Idle = 15 * time.Second
	}
	if o.Waiting <= 0 {
		o.Waiting = 1 << 16
	}
	b := &Outbox{
		app: a, db: db, log: o.Logger, idle: o.Idle, limit: o.Waiting,
		ended: make(chan struct{}), wake: make(chan struct{}, 1),
		heirs: map[int64]*source{}, next: 1, open: map[*ticket]struct{}{}, round: 1,
	}
	var err error
	if b.owner, err = db.Register(ctx); err != nil {
		return nil, err
	}
	a.SetOutbox(b.ticket)
	ctx, b.stop = context.WithCancel(context.WithoutCancel(ctx)) // calls go on while the app stops
	go b.run(ctx)
	return b, nil
}

// closeTimeout bounds what is left to do at the end.
const closeTimeout = 5 * time.Second

// Close ends the Outbox. It is called once the app serves no more and the bus,
// which still said what it stored, is closed. What was not stored is left for
// other processes.
func (o *Outbox) Close(ctx context.Context) error {
	o.stop()
	<-o.ended
	ctx, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	o.flush(ctx)
	if n := o.Stats().Waiting; n > 0 {
		o.log.Warn("events are left for another process to send", slog.Int("events", n))
	}
	_, err := o.db.Release(ctx, o.owner, o.owner)
	return err
}

// Stats returns what was counted so far.
func (o *Outbox) Stats() Stats {
	o.mu.Lock()
	defer o.mu.Unlock()
	stats := o.stats
	stats.Waiting = o.waiting
	return stats
}

// ticket returns the ticket of a call.
func (o *Outbox) ticket(path, event string, fields record.FieldSet) kept.Ticket {
	t := &ticket{o: o}
	t.note = kept.Note{Owner: o.owner, Path: path, Event: event, Fields: fields, Take: t.take}
	t.settled = t.settle
	t.left.Store(1)
	return t
}

// flushPause is how long entries wait for others to be deleted with.
const flushPause = 50 * time.Millisecond

func (o *Outbox) run(ctx context.Context) {
	defer close(o.ended)
	beats := time.NewTicker(o.idle / 3)
	defer beats.Stop()
	o.beat(ctx)
	for {
		o.flush(ctx)
		o.sweep(ctx)
		select {
		case <-ctx.Done():
			return
		case <-beats.C:
			o.beat(ctx)
		case <-o.wake:
			select {
			case <-time.After(min(flushPause, o.idle/3)):
			case <-ctx.Done():
				return
			}
		}
	}
}

func (o *Outbox) rouse() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// maxDelete is how many entries a statement deletes.
const maxDelete = 512

// flush deletes the entries of events that are stored.
func (o *Outbox) flush(ctx context.Context) {
	o.mu.Lock()
	done := o.done
	o.done = nil
	o.mu.Unlock()
	byOwner := map[int64][]*ticket{}
	for _, t := range done {
		byOwner[t.note.Owner] = append(byOwner[t.note.Owner], t)
	}
	for owner, tickets := range byOwner {
		err := o.remove(ctx, owner, tickets)
		o.report(ctx, "delete events that were sent", err)
		o.mu.Lock()
		if err != nil {
			o.done = append(o.done, tickets...)
		} else {
			for _, t := range tickets {
				o.drop(t)
			}
		}
		o.mu.Unlock()
	}
}

func (o *Outbox) remove(ctx context.Context, owner int64, tickets []*ticket) error {
	slices.SortFunc(tickets, byNumber)
	seqs := make([]int64, 0, maxDelete)
	for _, t := range tickets {
		for seq := t.first; seq < t.first+int64(t.entries); seq++ {
			if seqs = append(seqs, seq); len(seqs) == maxDelete {
				if err := o.db.Delete(ctx, owner, seqs); err != nil {
					return err
				}
				seqs = seqs[:0]
			}
		}
	}
	if len(seqs) == 0 {
		return nil
	}
	return o.db.Delete(ctx, owner, seqs)
}

// drop takes a ticket out of those that are open. mu is held.
func (o *Outbox) drop(t *ticket) {
	if _, in := o.open[t]; !in {
		return
	}
	delete(o.open, t)
	o.waiting -= t.entries
	if t.source != nil && !t.finished {
		o.resends--
	}
}

// report logs that the database fails, and that it does no more, once each.
func (o *Outbox) report(ctx context.Context, doing string, err error) {
	failing := err != nil
	switch {
	case failing == o.failing || errors.Is(err, context.Canceled):
		return
	case failing:
		o.log.LogAttrs(ctx, slog.LevelError, "outbox can not "+doing, slog.Any("error", err))
	default:
		o.log.LogAttrs(ctx, slog.LevelInfo, "outbox works again")
	}
	o.failing = failing
}
