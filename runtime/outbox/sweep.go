package outbox

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"slices"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/kept"
)

// source is an owner whose entries are to be sent.
type source struct {
	owner int64
	after int64 // the last entry that was read this time
	seen  int64 // the highest that was ever read: clients of this process have it
	left  bool  // entries that could not be sent
}

// beat says that this process lives, looks for the entries of those that do not,
// and begins to send what is unsent.
func (o *Outbox) beat(ctx context.Context) {
	if o.lost() || len(o.heirs) > 0 {
		o.report(ctx, "say that the process lives", o.db.Renew(ctx, o.owner))
	}
	owners, err := o.db.Claim(ctx, o.owner, o.idle)
	o.report(ctx, "look for events of processes that ended", err)
	for _, owner := range owners {
		if o.heirs[owner] == nil {
			o.heirs[owner] = &source{owner: owner}
			o.log.LogAttrs(ctx, slog.LevelWarn, "sending the events of a process that ended", slog.Int64("process", owner))
		}
	}
	for _, s := range o.heirs {
		o.begin(s)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.unsent && !slices.ContainsFunc(o.todo, func(s *source) bool { return s.owner == o.owner }) {
		o.unsent = false
		o.begin(&source{owner: o.owner, seen: math.MaxInt64})
	}
}

// begin has a source's entries sent from the first, unless that is being done.
func (o *Outbox) begin(s *source) {
	if !slices.Contains(o.todo, s) {
		s.after, s.left = 0, false
		o.todo = append(o.todo, s)
	}
}

// lost ends a round: it drops the tickets whose events the bus lost, as it
// stored events that it was handed in a later round. It reports whether there
// are own entries that may still have to be sent.
func (o *Outbox) lost() (busy bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.round++
	for t := range o.open {
		if !t.finished && t.handed > 0 && t.handed < o.stored {
			o.drop(t)
			o.unsent = o.unsent || t.note.Owner == o.owner
		}
	}
	return len(o.open) > 0 || o.unsent
}

// pageSize is how many entries are on their way at a time.
const pageSize = 512

// sweep sends the next entries of the first source, once those before are
// stored.
func (o *Outbox) sweep(ctx context.Context) {
	if len(o.todo) == 0 || o.resending() {
		return
	}
	s := o.todo[0]
	entries, err := o.db.Read(ctx, s.owner, s.after, pageSize)
	o.report(ctx, "read events", err)
	if err != nil {
		o.pause()
		return
	}
	if len(entries) == 0 {
		o.todo = o.todo[1:]
		o.release(ctx, s)
	}
	open := o.openOf(s.owner)
	for i := range entries {
		e := &entries[i]
		taken := open.has(e.Seq) || o.resend(ctx, s, e)
		s.after, s.seen = e.Seq, max(s.seen, e.Seq)
		if !taken {
			o.pause()
			return
		}
	}
	if len(o.todo) > 0 && !o.resending() {
		o.rouse()
	}
}

// pause leaves what there is to send to the next beat.
func (o *Outbox) pause() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.todo {
		o.unsent = o.unsent || s.owner == o.owner
	}
	o.todo = nil
}

func (o *Outbox) resending() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.resends > 0
}

// release lets go of an owner that has no entries left.
func (o *Outbox) release(ctx context.Context, s *source) {
	if s.owner == o.owner || s.left {
		return
	}
	released, err := o.db.Release(ctx, o.owner, s.owner)
	o.report(ctx, "forget a process that ended", err)
	if released {
		delete(o.heirs, s.owner)
	}
}

// numbers are the entries of open tickets, in order.
type numbers []*ticket

// openOf returns the tickets of an owner's entries that are not to be sent
// again.
func (o *Outbox) openOf(owner int64) numbers {
	o.mu.Lock()
	defer o.mu.Unlock()
	var list numbers
	for t := range o.open {
		if t.note.Owner == owner {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, byNumber)
	return list
}

func byNumber(a, b *ticket) int { return cmp.Compare(a.first, b.first) }

func (n numbers) has(seq int64) bool {
	i, found := slices.BinarySearchFunc(n, seq, func(t *ticket, seq int64) int { return cmp.Compare(t.first, seq) })
	return found || i > 0 && seq < n[i-1].first+int64(n[i-1].entries)
}

// tooOld is the age of entries that can not be sent when they are deleted.
const tooOld = 7 * 24 * time.Hour

// resend sends an entry, and reports false if the bus takes none. An entry that
// can not be sent is left to others, who may have the service that this process
// lacks, until it is too old.
func (o *Outbox) resend(ctx context.Context, s *source, e *kept.Entry) bool {
	t := &ticket{o: o, source: s, first: e.Seq, entries: 1}
	t.note.Owner = s.owner
	t.settled = t.settle
	t.left.Store(1)
	o.mu.Lock()
	o.open[t] = struct{}{}
	o.waiting++
	o.resends++
	o.mu.Unlock()
	err := o.send(ctx, e, e.Seq > s.seen, t)
	if err == nil {
		t.Close()
		o.count(&o.stats.Resent)
		return !t.unsent
	}
	s.left = true
	if o.mu.Lock(); e.Age < tooOld {
		o.drop(t)
		o.mu.Unlock()
	} else {
		o.mu.Unlock()
		t.settle()
	}
	if e.Seq > s.seen || e.Age >= tooOld {
		o.count(&o.stats.Stuck)
		o.log.LogAttrs(ctx, slog.LevelError, "event in the outbox can not be sent", slog.String("service", e.Path), slog.String("event", e.Event),
			slog.Int64("entry", e.Seq), slog.Bool("deleted", e.Age >= tooOld), slog.Any("error", err))
	}
	return true
}

func (o *Outbox) count(n *uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	*n++
}

// send sends an entry. A panic of the app's own code is that entry's error.
func (o *Outbox) send(ctx context.Context, e *kept.Entry, here bool, t *ticket) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return o.app.Resend(ctx, e, here, t)
}
