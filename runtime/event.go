package runtime

import (
	"context"
	"log/slog"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An Event is something that happened to a service, on its way to clients.
// What it holds is shared by all of them and must not be changed.
type Event struct {
	Path   string // the service's path, parameters unresolved
	Name   string // "created", or a custom event
	Record record.Record
	Data   []byte // the record as JSON, as clients may see it

	frames []frame
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
	if s.Publish == nil || rec == nil {
		return
	}
	e := &Event{Path: s.Path, Name: name, Record: rec}
	channels := s.publish(ctx, e, c)
	if len(channels) == 0 {
		return
	}
	e.Data = rec.AppendJSON(nil, rec.Schema().Shown)
	s.app.hub.deliver(e, channels)
}

// publish runs the publisher. One that panics publishes nothing: the call
// that caused the event is done and must not fail any more.
func (s *Service) publish(ctx context.Context, e *Event, c *Call) (channels []string) {
	defer func() {
		if p := recover(); p != nil {
			channels = nil
			s.app.log.LogAttrs(ctx, slog.LevelError, "panic in a publisher", slog.String("service", s.Path),
				slog.String("event", e.Name), slog.Any("panic", p))
		}
	}()
	return s.Publish(ctx, e, c)
}
