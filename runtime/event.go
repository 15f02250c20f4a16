package runtime

import (
	"context"
	"log/slog"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An Event is something that happened to a service, on its way to clients.
// What it holds is shared by all of them and must not be changed.
type Event struct {
	Path string // the service's path, parameters unresolved
	Name string // "created", or a custom event
	// Record is what happened to, or the data of a custom event. It is nil for
	// an event of another process whose data is no service's record, and for
	// one of a Mirror that Service.EventData does not know.
	Record record.Record
	Data   []byte // the record as JSON, as clients may see it

	ticket  kept.Ticket // nil unless it is kept
	frames  []frame
	views   []viewed        // for clients that see less than others
	partial bool            // the record came from elsewhere
	given   record.FieldSet // and has these fields only
}

// viewed is an event as some clients see it.
type viewed struct {
	fields record.FieldSet
	event  *Event
}

// as returns the event with these fields of the record, made once for all
// connections that see them.
func (e *Event) as(fields record.FieldSet) *Event {
	if e.partial {
		fields = fields.Intersect(e.given)
	}
	for i := range e.views {
		if e.views[i].fields == fields {
			return e.views[i].event
		}
	}
	seen := &Event{Path: e.Path, Name: e.Name, Record: e.Record, Data: e.Record.AppendJSON(nil, fields)}
	e.views = append(e.views, viewed{fields, seen})
	return seen
}

// A Format is how one transport writes events. Formats are compared by
// identity, so a transport has one for all its connections.
type Format interface {
	// AppendFrame appends what the transport sends for the event.
	AppendFrame(dst []byte, e *Event) []byte
}

type frame struct {
	format Format
	data   []byte
}

// Frame returns the event in a transport's format, made once for all
// connections. It must be called from Sink.Deliver only.
func (e *Event) Frame(f Format) []byte {
	for i := range e.frames {
		if e.frames[i].format == f {
			return e.frames[i].data
		}
	}
	data := f.AppendFrame(make([]byte, 0, len(e.Path)+len(e.Name)+len(e.Data)+32), e)
	e.frames = append(e.frames, frame{f, data})
	return data
}

// A Publisher returns the names of the channels that get an event. c is the
// call that caused it, nil for an event that Go code sent. It runs once an
// event, in the process where it happened; no channels means nobody.
type Publisher func(ctx context.Context, e *Event, c *Call) []string

// emit publishes one event. c may be nil.
func (s *Service) emit(ctx context.Context, name string, rec record.Record, c *Call) {
	if rec == nil {
		return
	}
	e := &Event{Path: s.Path, Name: name, Record: rec}
	if c != nil {
		e.ticket = c.ticket
	}
	channels := s.publish(ctx, e, c)
	if len(channels) == 0 {
		return
	}
	s.deliverHere(e, channels)
	if !s.isLocal(name) && (c == nil || !c.Local) {
		s.app.spread(ctx, e, channels)
		s.app.spreadForeign(ctx, s, e)
	}
}

// deliverHere brings an event to the clients of this process.
func (s *Service) deliverHere(e *Event, channels []string) {
	view := s.app.views[e.Record.Schema()]
	if view == nil {
		e.Data = e.Record.AppendJSON(nil, e.Record.Schema().Shown)
	}
	s.app.deliver(e, channels, s.receives(view))
}

// deliver hands the event to every member of the channels, to each once and
// as receives says, if it is not nil. Sinks do not block, so the hub's lock is
// held for as long as it takes to queue.
func (a *App) deliver(e *Event, channels []string, receives func(*Event, *Connection) *Event) {
	a.hub.Each(channels, func(c *Connection) {
		if receives == nil {
			c.sink.Deliver(e)
		} else if seen := receives(e, c); seen != nil {
			c.sink.Deliver(seen)
		}
	})
}

// isLocal reports whether an event is for clients of this process only.
func (s *Service) isLocal(event string) bool { return s.Local || slices.Contains(s.LocalEvents, event) }

// publish runs the publisher. One that panics publishes nothing: the call
// that caused the event is done and must not fail any more.
func (s *Service) publish(ctx context.Context, e *Event, c *Call) (channels []string) {
	if s.Publish == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			channels = nil
			s.app.log.LogAttrs(ctx, slog.LevelError, "panic in a publisher", slog.String("service", s.Path),
				slog.String("event", e.Name), slog.Any("panic", p))
		}
	}()
	return s.Publish(ctx, e, c)
}

// receives returns what turns an event into what one connection gets of it,
// nil for not at all. It is nil when all of them get the same.
func (s *Service) receives(view *view) func(*Event, *Connection) *Event {
	if view == nil && s.Filter == nil && s.app.auth == nil {
		return nil
	}
	return func(e *Event, c *Connection) *Event {
		id := c.Identity()
		if !s.covered(id) || s.Filter != nil && !s.lets(e, c) {
			return nil
		}
		if view == nil {
			return e
		}
		return e.as(s.app.Shown(id, e.Record))
	}
}

// covered reports whether a viewer's credentials, if it has some that are for
// parts of the app only, are for the records of the service.
func (s *Service) covered(id *Identity) bool {
	return id == nil || id.Covers == nil || id.Covers(s, Find) || id.Covers(s, Get)
}

// lets asks the filter. One that panics lets nothing pass.
func (s *Service) lets(e *Event, c *Connection) (pass bool) {
	defer func() {
		if p := recover(); p != nil {
			pass = false
			s.app.log.Error("panic in a filter", slog.String("service", s.Path), slog.String("event", e.Name), slog.Any("panic", p))
		}
	}()
	return s.Filter(e, c)
}
