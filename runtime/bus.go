package runtime

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"

	"github.com/featherscaffold/featherscaffold/runtime/internal/envelope"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
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
	env := envelope.Message{Path: e.Path, Event: e.Name, Channels: channels, Data: e.Data}
	if schema := e.Record.Schema(); a.schemas[schema.Name] == schema {
		env.Schema = schema.Name
	}
	if env.Data == nil {
		env.Data = e.Record.AppendJSON(nil, e.Record.Schema().Shown)
	}
	a.publish(ctx, env, e.ticket)
}

// spreadChange tells the other processes that a record changed on which
// logins depend.
func (a *App) spreadChange(ctx context.Context, s *Service, removed bool, rec record.Record) {
	if a.bus == nil {
		return
	}
	env := envelope.Message{Path: s.Path, Schema: s.Schema.Name, Event: changedRecord, Data: rec.AppendJSON(nil, record.Fields(s.Schema.ID))}
	if removed {
		env.Event = removedRecord
	}
	a.publish(ctx, env, nil)
}

// What an envelope has for an event when it is for logins, not for clients.
// No event is called so: they have no blanks.
const (
	changedRecord = "record changed"
	removedRecord = "record removed"
)

// publish hands an envelope to the bus. t is nil for one that is not kept.
func (a *App) publish(ctx context.Context, env envelope.Message, t kept.Ticket) {
	var err error
	if t == nil {
		err = a.bus.Publish(env.Append(nil), nil)
	} else {
		err = t.Publish(a.bus, env.Append(nil))
	}
	if err == nil {
		a.counts.sent.Add(1)
		return
	}
	a.counts.refused.Add(1)
	a.log.LogAttrs(ctx, slog.LevelError, "event does not reach the clients of other processes",
		slog.String("service", env.Path), slog.String("event", env.Event), slog.Any("error", err))
	if errors.Is(err, ErrTooLarge) {
		a.publishResync(ctx, env)
	}
}

// receive delivers an event of another process, where the publisher has run.
// Most events have listeners in few processes: for one that has none here, all
// there is to do is to look up its channels.
func (a *App) receive(origin string, _ uint64, msg []byte) {
	defer a.rescue("an event of another process was delivered")
	l, ok := envelope.Parse(msg)
	s := a.services[string(l.Path)]
	switch {
	case !ok:
		a.drop(origin, errNoEnvelope)
	case s == nil:
		a.drop(origin, errNoService)
	case string(l.Event) == changedRecord || string(l.Event) == removedRecord:
		a.followRecord(origin, &l)
	case string(l.Event) == resyncEvent:
		a.resync(s, l.Data, l.Channels)
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
func (a *App) followRecord(origin string, l *envelope.Letter) {
	rec, err := a.restore(l)
	if rec == nil {
		err = errNoService
	}
	if err != nil {
		a.drop(origin, err)
		return
	}
	a.follow(context.Background(), keyOf(rec), string(l.Event) == removedRecord)
}

func (a *App) deliverLetter(origin string, s *Service, l *envelope.Letter) {
	channels := a.listening(l.Channels)
	if len(channels) == 0 {
		a.counts.unheard.Add(1)
		return
	}
	e := &Event{Path: s.Path, Name: string(l.Event), Data: l.Data}
	view := a.views[a.schemas[string(l.Schema)]]
	if view != nil || s.Filter != nil {
		rec, err := a.restore(l)
		if err != nil {
			a.drop(origin, err)
			return
		}
		e.Record = rec
	}
	a.counts.heard.Add(1)
	a.deliver(e, channels, s.receives(view))
}

// listening returns those of a letter's channels that have members here.
func (a *App) listening(names []byte) (channels []string) {
	for name, rest, ok := envelope.Next(names); ok; name, rest, ok = envelope.Next(rest) {
		if channel, ok := a.hub.Channel(name); ok {
			channels = append(channels, channel)
		}
	}
	return channels
}

// restore returns the record of an envelope, nil when it is no service's.
func (a *App) restore(l *envelope.Letter) (record.Record, error) {
	schema := a.schemas[string(l.Schema)]
	if schema == nil {
		return nil, nil
	}
	rec := schema.New()
	return rec, record.Restore(rec, l.Data)
}
