package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/internal/foreign"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Mirror carries events between this app and apps of another make, which
// know its services and not its channels: an event is a path, a name and the
// record as JSON, and each side decides who hears it.
type Mirror interface {
	// Publish takes an event, whose data does not change any more, for all
	// others. It must not block; what it can not take is an error.
	Publish(path, event string, data []byte) error
	// Subscribe calls deliver for each event of others, one at a time, and lost
	// when some may have been missed. The data is whatever they sent, and
	// deliver's own.
	Subscribe(deliver func(path, event string, data []byte), lost func()) error
}

// maxForeign bounds the data of an event that comes from a Mirror.
const maxForeign = 1 << 20

// authPath is the service whose events would tell of logins.
const authPath = "authentication"

// SetMirror has the events of the services with these paths go to a Mirror
// too, as clients see them who are nobody in particular, and has events of
// these services come from it. Local events stay here. The service's Publisher
// says who hears a foreign event, with a nil Call, and clients of this process
// only get it: the other processes have Mirrors of their own. To Publisher and
// Filter, fields that were not given have zero values. A foreign event whose
// data is not of the service's types is dropped. When foreign events may have
// been missed, clients get a resync of these services.
//
// SetMirror is called once, when all services are there and before the app
// serves.
func (a *App) SetMirror(m Mirror, paths []string) error {
	for _, path := range paths {
		s := a.services[path]
		if s == nil || path == authPath {
			return fmt.Errorf("events of %q can not be mirrored: there is no such service, or it is none for others", path)
		}
		s.mirrored = true
	}
	a.mirror = m
	return m.Subscribe(a.receiveForeign, a.foreignLost)
}

// foreignLost has clients read anew what the mirror shows.
func (a *App) foreignLost() {
	defer a.rescue("clients were told of lost events")
	for _, s := range a.Services() {
		if s.mirrored {
			a.resync(s, appendMissed(nil, 0), nil)
		}
	}
}

// spreadForeign sends an event to the mirror.
func (a *App) spreadForeign(ctx context.Context, s *Service, e *Event) {
	if a.mirror == nil || !s.mirrored {
		return
	}
	data := e.Data
	if data == nil {
		data = e.as(a.Shown(nil, e.Record)).Data
	}
	if err := a.mirror.Publish(e.Path, e.Name, data); err != nil {
		a.counts.refused.Add(1)
		a.log.LogAttrs(ctx, slog.LevelError, "event does not reach the mirror",
			slog.String("service", e.Path), slog.String("event", e.Name), slog.Any("error", err))
	}
}

// receiveForeign delivers an event from the mirror.
func (a *App) receiveForeign(path, event string, data []byte) {
	defer a.rescue("an event of the mirror was delivered")
	s := a.services[path]
	if s == nil || !s.mirrored || !s.hasEvent(event) || s.isLocal(event) {
		a.counts.ignored.Add(1)
		return
	}
	e, err := s.foreignEvent(event, data)
	if err != nil {
		a.drop("mirror", err)
		return
	}
	if e.Record != nil && a.auth != nil && a.auth.Concerns(e.Record.Schema()) {
		a.follow(context.Background(), keyOf(e.Record), false) // the store knows whether it is gone
	}
	channels := s.publish(context.Background(), e, nil)
	if len(channels) == 0 {
		return
	}
	a.counts.heard.Add(1)
	var view *view
	if e.Record != nil {
		view = a.views[e.Record.Schema()]
	}
	a.deliver(e, channels, s.receives(view))
}

var errForeign = errors.New("the event's data is too large")

// foreignEvent makes an event of what somebody else says that it is.
func (s *Service) foreignEvent(event string, data []byte) (*Event, error) {
	if len(data) > maxForeign {
		return nil, errForeign
	}
	e := &Event{Path: s.Path, Name: event}
	rec := s.eventRecord(event)
	if rec == nil {
		r := jsonio.NewReader(data)
		e.Data = r.Raw()
		return e, r.End()
	}
	given, err := foreign.Read(rec, data)
	if err != nil {
		return nil, err
	}
	e.Record, e.partial, e.given = rec, true, given
	if s.app.views[rec.Schema()] == nil {
		e.Data = rec.AppendJSON(nil, given)
	}
	return e, nil
}

// eventRecord returns an empty record for the data of an event, nil when its
// type is not known.
func (s *Service) eventRecord(event string) record.Record {
	switch {
	case slices.Contains(standardEvents, event):
		if s.Schema != nil {
			return s.Schema.New()
		}
	case s.EventData[event] != nil:
		return s.EventData[event]()
	}
	return nil
}
