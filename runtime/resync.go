package runtime

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/envelope"
)

// resyncEvent tells clients that they missed events of a service.
const resyncEvent = "resync"

// resyncDelay is how long gaps are gathered before clients are told: a broker
// that lost something makes one for every process, and each resync may have
// all clients read anew.
const resyncDelay = 250 * time.Millisecond

// gap notes that events of other processes were lost. Who hears of it is told
// by a timer's goroutine: bringing logins up to date takes its time, in which
// the bus goes on.
func (a *App) gap(missed uint64) {
	if a.missed.Add(missed) {
		time.AfterFunc(resyncDelay, a.tellGaps)
	}
}

// tellGaps sends clients a resync of each service, and has logins follow their
// users, of whom something may be lost too.
func (a *App) tellGaps() {
	defer a.rescue("clients were told of lost events")
	a.telling.Lock()
	defer a.telling.Unlock()
	missed := a.missed.Take()
	a.log.Warn("events of other processes were lost", slog.Uint64("missed", missed))
	data := appendMissed(nil, missed)
	for _, s := range a.Services() {
		if s.Publish != nil && !s.Local {
			a.resync(s, data, nil)
		}
	}
	for _, c := range a.users.All() {
		c.refresh(context.Background())
	}
}

// resync sends a resync of a service to the members of channels, as an
// envelope names them, or of any channel where it names none. Filters are for
// records, of which it has none.
func (a *App) resync(s *Service, data, channels []byte) {
	a.counts.resyncs.Add(1)
	e := &Event{Path: s.Path, Name: resyncEvent, Data: data}
	if len(channels) > 0 {
		a.deliver(e, a.listening(channels), s.resyncs)
		return
	}
	a.deliver(e, a.hub.Channels(), s.resyncs)
}

// resyncs returns the event for connections that may hear the service at all.
func (s *Service) resyncs(e *Event, c *Connection) *Event {
	if !s.covered(c.Identity()) {
		return nil
	}
	return e
}

// publishResync tells the other processes of an event that no bus will take.
func (a *App) publishResync(ctx context.Context, lost envelope.Message) {
	env := envelope.Message{Path: lost.Path, Event: resyncEvent, Channels: lost.Channels, Data: appendMissed(nil, 1)}
	err := a.bus.Publish(env.Append(nil), nil)
	if errors.Is(err, ErrTooLarge) { // for its channels
		env.Channels = nil
		err = a.bus.Publish(env.Append(nil), nil)
	}
	if err != nil {
		a.log.LogAttrs(ctx, slog.LevelError, "resync does not reach the clients of other processes",
			slog.String("service", env.Path), slog.Any("error", err))
	}
}

func appendMissed(dst []byte, missed uint64) []byte {
	return append(strconv.AppendUint(append(dst, `{"missed":`...), missed, 10), '}')
}
