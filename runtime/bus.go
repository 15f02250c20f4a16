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
	// time, and gap when some were lost on the way. The message is deliver's
	// own.
	Subscribe(deliver func(origin string, seq uint64, msg []byte), gap func(missed uint64)) error
}

// ErrTooLarge is what a Bus returns for a message that it will never take.
var ErrTooLarge = errors.New("message is too large for the bus")

// SetBus has events go to the clients of the other processes on the bus, and
// theirs come to the clients of this one. It is called once, when all services
// are there and before the app serves.
func (a *App) SetBus(b Bus) error {
	a.bus = b
	return b.Subscribe(a.receive, func(missed uint64) {
		a.log.Warn("events of other processes were lost", slog.Uint64("missed", missed))
		for _, c := range a.users.all() {
			c.refresh(context.Background()) // what became of its user may be among them
		}
	})
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
	if err := a.bus.Publish(env.append(nil), nil); err != nil {
		a.log.LogAttrs(ctx, slog.LevelError, "event does not reach the clients of other processes",
			slog.String("service", env.path), slog.String("event", env.event), slog.Any("error", err))
	}
}

// receive delivers an event of another process. The publisher has run there.
func (a *App) receive(origin string, _ uint64, msg []byte) {
	defer func() {
		if p := recover(); p != nil { // of the app's own code, which must not end the process
			a.log.Error("panic while an event of another process was delivered", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
		}
	}()
	env, ok := parseEnvelope(msg)
	s := a.services[env.path]
	if !ok || s == nil {
		a.log.Warn("message on the bus is no event of this app", slog.String("origin", origin))
		return
	}
	rec, err := a.restore(s, &env)
	if err != nil {
		a.log.Warn("event on the bus has no data of its service", slog.String("origin", origin), slog.Any("error", err))
		return
	}
	switch {
	case env.event != changedRecord && env.event != removedRecord:
		e := &Event{Path: s.Path, Name: env.event, Record: rec, Data: env.data}
		a.hub.deliver(e, env.channels, s.receives(a.views[a.schemas[env.schema]]))
	case rec != nil:
		a.users.follow(context.Background(), keyOf(rec), env.event == removedRecord)
	}
}

// restore returns the record of an envelope, nil when nobody will look at it.
func (a *App) restore(s *Service, env *envelope) (record.Record, error) {
	schema := a.schemas[env.schema]
	if schema == nil || a.views[schema] == nil && s.Filter == nil && env.event != changedRecord && env.event != removedRecord {
		return nil, nil
	}
	rec := schema.New()
	return rec, record.Restore(rec, env.data)
}
