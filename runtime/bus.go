package runtime

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Bus carries the app's events to the clients of its other processes.
type Bus interface {
	// Publish takes a message, which does not change any more, for all other
	// processes. stored, if not nil, is called once no end of this process can
	// lose the message any more, by any goroutine, perhaps before Publish
	// returns; it must not block. It is never called for a message that was
	// not taken, or is lost. A message beyond the bus's limit is ErrTooLarge.
	Publish(msg []byte, stored func()) error
	// Subscribe calls deliver for each message of another process, one at a
	// time, and gap when some were lost on the way: how many, 0 when that is
	// not known. The message is deliver's own.
	Subscribe(deliver func(origin string, seq uint64, msg []byte), gap func(missed uint64)) error
}

// ErrTooLarge is what a Bus returns for a message that it will never take.
var ErrTooLarge = errors.New("message is too large for the bus")

// SetBus has events go to the clients of the other processes on the bus, and
// theirs come to the clients of this one. When some are lost on the way,
// clients are sent a resync event: see the package comment. SetBus is called
// once, when all services are there and before the app serves.
func (a *App) SetBus(b Bus) error {
	a.bus = b
	return b.Subscribe(a.receive, a.gap)
}

// spread puts an event on the bus. Clients of this process have it already, so
// that a bus that fails keeps nobody waiting; it is logged.
func (a *App) spread(ctx context.Context, e *Event, channels []string) {
	if a.bus == nil {
		return
	}
	env := envelope{path: e.Path, event: e.Name, channels: channels, data: e.Data}
	if schema := e.Record.Schema(); a.schemas[schema.Name] == schema {
		env.schema = schema.Name
	}
	if env.data == nil {
		env.data = e.Record.AppendJSON(nil, e.Record.Schema().Shown)
	}
	a.publish(ctx, env)
}

// spreadChange tells the other processes that a record changed on which
// logins depend.
func (a *App) spreadChange(ctx context.Context, s *Service, removed bool, rec record.Record) {
	if a.bus == nil {
		return
	}
	env := envelope{path: s.Path, schema: s.Schema.Name, event: changedRecord, data: rec.AppendJSON(nil, record.Fields(s.Schema.ID))}
	if removed {
		env.event = removedRecord
	}
	a.publish(ctx, env)
}

// What an envelope has for an event when it is for logins, not for clients.
// No event is called so: they have no blanks.
const (
	changedRecord = "record changed"
	removedRecord = "record removed"
)

func (a *App) publish(ctx context.Context, env envelope) {
	err := a.bus.Publish(env.append(nil), nil)
	if err == nil {
		a.counts.sent.Add(1)
		return
	}
	a.counts.refused.Add(1)
	a.log.LogAttrs(ctx, slog.LevelError, "event does not reach the clients of other processes",
		slog.String("service", env.path), slog.String("event", env.event), slog.Any("error", err))
	if errors.Is(err, ErrTooLarge) {
		a.publishResync(ctx, env)
	}
}

// receive delivers an event of another process, where the publisher has run.
// Most events have listeners in few processes: for one that has none here, all
// there is to do is to look up its channels.
func (a *App) receive(origin string, _ uint64, msg []byte) {
	defer a.rescue("an event of another process was delivered")
	l, ok := parseEnvelope(msg)
	s := a.services[string(l.path)]
	switch {
	case !ok:
		a.drop(origin, errNoEnvelope)
	case s == nil:
		a.drop(origin, errNoService)
	case string(l.event) == changedRecord || string(l.event) == removedRecord:
		a.followRecord(origin, &l)
	case string(l.event) == resyncEvent:
		a.resync(s, l.data, l.channels)
	default:
		a.deliverLetter(origin, s, &l)
	}
}

// rescue is deferred where the app's own code runs with nobody above: a panic
// of it must not end the process.
func (a *App) rescue(while string) {
	if p := recover(); p != nil {
		a.log.Error("panic while "+while, slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
	}
}

var (
	errNoEnvelope = errors.New("it is no event, or one of a later release")
	errNoService  = errors.New("the app has no such service")
)

// followRecord lets logins follow what became of a record.
func (a *App) followRecord(origin string, l *letter) {
	rec, err := a.restore(l)
	if rec == nil {
		err = errNoService
	}
	if err != nil {
		a.drop(origin, err)
		return
	}
	a.users.follow(context.Background(), keyOf(rec), string(l.event) == removedRecord)
}

func (a *App) deliverLetter(origin string, s *Service, l *letter) {
	channels := a.hub.heard(l.channels)
	if len(channels) == 0 {
		a.counts.unheard.Add(1)
		return
	}
	e := &Event{Path: s.Path, Name: string(l.event), Data: l.data}
	view := a.views[a.schemas[string(l.schema)]]
	if view != nil || s.Filter != nil {
		rec, err := a.restore(l)
		if err != nil {
			a.drop(origin, err)
			return
		}
		e.Record = rec
	}
	a.counts.heard.Add(1)
	a.hub.deliver(e, channels, s.receives(view))
}

// restore returns the record of an envelope, nil when it is no service's.
func (a *App) restore(l *letter) (record.Record, error) {
	schema := a.schemas[string(l.schema)]
	if schema == nil {
		return nil, nil
	}
	rec := schema.New()
	return rec, record.Restore(rec, l.data)
}
