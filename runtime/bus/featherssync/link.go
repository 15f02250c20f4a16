package featherssync

import (
	"log/slog"
	"sync"
	"time"
)

// A link knows whether the Channel is reached, and logs when that changes.
type link struct {
	log *slog.Logger

	// mu guards the fields below.
	mu       sync.Mutex
	hears    bool
	unsent   bool // the last message could not be sent
	reported bool // the log says that the Channel is lost
	told     time.Time
}

// quiet is the least time between two log lines that the Channel is lost.
const quiet = 10 * time.Second

func (l *link) connected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hears && !l.unsent
}

// received tells that messages come, when err is nil, or why they do not.
func (l *link) received(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hears = err == nil
	l.report(err)
}

// sent tells how a Publish went.
func (l *link) sent(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unsent = err != nil
	l.report(err)
}

// missing tells that the Channel has not been there from the start.
func (l *link) missing() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.reported {
		l.reported = true
		l.log.Warn("channel of feathers-sync is not there; the app starts without it")
	}
}

// report logs a loss once, and once that all is well again. l.mu is held.
func (l *link) report(err error) {
	switch {
	case err != nil && !l.reported && time.Since(l.told) >= quiet:
		l.reported, l.told = true, time.Now()
		l.log.Warn("channel of feathers-sync is lost", slog.Any("error", err))
	case l.reported && l.hears && !l.unsent:
		l.reported = false
		l.log.Info("channel of feathers-sync is back")
	}
}
