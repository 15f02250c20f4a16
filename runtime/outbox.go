package runtime

import (
	"context"
	"fmt"

	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An OutboxStore is a Store whose database keeps events along with the changes
// that they tell of, until all other processes can have them.
type OutboxStore interface {
	Store
	// Keeping returns the store for one write that also keeps an entry for each
	// record that it changes, in the transaction of the change.
	Keeping(n *kept.Note) Store
}

// SetOutbox has services with an Outbox keep their events. open returns the
// ticket of a call that is about to write; it may be called at any time.
// SetOutbox is called once, behind SetBus and before the app serves.
func (a *App) SetOutbox(open func(path, event string, fields record.FieldSet) kept.Ticket) {
	a.outbox = open
}

// checkOutbox finds the store that keeps events.
func (s *Service) checkOutbox() error {
	if !s.Outbox {
		return nil
	}
	var ok bool
	if s.keeper, ok = s.Store.(OutboxStore); !ok {
		return fmt.Errorf("service %s: an outbox needs a store that keeps events in its database, as sqlite does", s.Path)
	}
	return nil
}

// keeping returns the store that a call writes to. Who hears of it alone has
// nothing to keep.
func (c *Call) keeping() Store {
	s := c.Service
	if s.keeper == nil || c.App.outbox == nil || c.App.bus == nil || c.Event == "" || c.Local || s.Publish == nil || s.isLocal(c.Event) {
		return s.Store
	}
	c.ticket = c.App.outbox(s.Path, c.Event, s.Schema.All.Minus(s.Sealed))
	return s.keeper.Keeping(c.ticket.Note())
}

// closeTicket ends what keeping began.
func (c *Call) closeTicket() {
	if c.ticket != nil {
		c.ticket.Close()
	}
}

// Resend sends an event that a database kept: one that happened in a process
// that ended since, or that the bus lost. here says whether clients of this
// process get it too. The publisher runs without a Call, and with the record as
// it was stored, without Sealed fields.
func (a *App) Resend(ctx context.Context, entry *kept.Entry, here bool, t kept.Ticket) error {
	s := a.services[entry.Path]
	if s == nil || s.keeper == nil {
		return fmt.Errorf("no service with an outbox at %s", entry.Path)
	}
	rec := s.Schema.New()
	if err := record.Restore(rec, entry.Data); err != nil {
		return fmt.Errorf("event %s of service %s: %w", entry.Event, s.Path, err)
	}
	a.changed(ctx, s, entry.Event == "removed", []record.Record{rec})
	e := &Event{Path: s.Path, Name: entry.Event, Record: rec, ticket: t}
	channels := s.publish(ctx, e, nil)
	if len(channels) == 0 {
		return nil
	}
	if here {
		s.deliverHere(e, channels)
		a.spreadForeign(ctx, s, e)
	}
	a.spread(ctx, e, channels)
	return nil
}
