package runtime

import (
	"context"
	"log/slog"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Bus carries the app's events to the clients of its other processes.
type Bus interface {
	// Publish sends a message, which does not change any more, to all other
	// processes.
	Publish(msg []byte) error
	// Subscribe calls deliver for each message of another process, one at a
	// time, and gap when some were lost on the way. The message is deliver's
	// own.
	Subscribe(deliver func(origin string, seq uint64, msg []byte), gap func(missed uint64)) error
}

// SetBus has events go to the clients of the other processes on the bus, and
// theirs come to the clients of this one. It is called once, when all services
// are there and before the app serves.
func (a *App) SetBus(b Bus) error {
	a.bus = b
	return b.Subscribe(a.receive, func(missed uint64) {
		a.log.Warn("events of other processes were lost", slog.Uint64("missed", missed))
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
	if err := a.bus.Publish(env.append(nil)); err != nil {
		a.log.LogAttrs(ctx, slog.LevelError, "event does not reach the clients of other processes",
			slog.String("service", e.Path), slog.String("event", e.Name), slog.Any("error", err))
	}
}

// receive delivers an event of another process. The publisher has run there.
func (a *App) receive(origin string, _ uint64, msg []byte) {
	env, ok := parseEnvelope(msg)
	s := a.services[env.path]
	if !ok || s == nil {
		a.log.Warn("message on the bus is no event of this app", slog.String("origin", origin))
		return
	}
	e := &Event{Path: s.Path, Name: env.event, Data: env.data}
	var v *view
	if schema := a.schemas[env.schema]; schema != nil {
		v = a.views[schema]
		if v != nil || s.Filter != nil || a.auth != nil && a.auth.Concerns(schema) {
			rec := schema.New()
			if err := record.Restore(rec, env.data); err != nil {
				a.log.Warn("event on the bus has no data of its service", slog.String("origin", origin), slog.Any("error", err))
				return
			}
			e.Record = rec
			if a.concerns(e.Name, rec) {
				a.users.changed(context.Background(), a, e.Name, rec)
			}
		}
	}
	a.hub.deliver(e, env.channels, s.receives(v))
}
