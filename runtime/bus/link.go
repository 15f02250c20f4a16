package bus

import (
	"log/slog"
	"sync"
	"time"
)

// quiet is the least time between two log lines that the broker is lost: a
// connection that breaks again and again does not fill the log.
const quiet = 10 * time.Second

// A link knows whether the broker is reached, and logs when that changes.
type link struct {
	log *slog.Logger

	// mu guards the fields below.
	mu              sync.Mutex
	receives, sends bool
	err             error     // the latest
	lost            time.Time // when it was; zero while it is not
	told            time.Time // when the log was told last
	owing           bool      // the log waits for the end of the loss
}

func (l *link) connected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.up()
}

func (l *link) up() bool { return l.receives && l.sends }

// lastError returns the latest error of the broker, nil if there was none.
func (l *link) lastError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// received tells that frames come, when err is nil, or why they do not.
func (l *link) received(err error) { l.set(&l.receives, err) }

// sent tells how a Send went.
func (l *link) sent(err error) { l.set(&l.sends, err) }

func (l *link) set(direction *bool, err error) {
	l.mu.Lock()
	was := l.up()
	*direction = err == nil
	back, lost := time.Duration(0), false
	if err != nil {
		lost = l.fail(err, was)
	} else if l.up() && !was {
		back = l.recover()
	}
	l.mu.Unlock()
	if lost {
		l.log.Warn("broker is lost; messages for other instances wait", slog.Any("error", err))
	}
	if back > 0 {
		l.log.Info("broker is back", slog.Duration("after", back))
	}
}

// fail reports whether the log has to be told. It is called with mu held.
func (l *link) fail(err error, was bool) bool {
	now := time.Now()
	l.err = err
	if was {
		l.lost = now
	}
	if l.lost.IsZero() || l.owing || now.Sub(l.told) < quiet {
		return false
	}
	l.told, l.owing = now, true
	return true
}

// recover returns how long the broker was lost, 0 if the log does not know. It
// is called with mu held.
func (l *link) recover() (after time.Duration) {
	if l.owing {
		after = time.Since(l.lost)
	}
	l.lost, l.owing = time.Time{}, false
	return after
}

// missing tells that the broker has not been there from the start.
func (l *link) missing() {
	l.mu.Lock()
	if l.receives { // since a moment ago
		l.mu.Unlock()
		return
	}
	l.lost, l.told, l.owing = time.Now(), time.Now(), true
	err := l.err
	l.mu.Unlock()
	l.log.Warn("broker is not there; the app starts without it", slog.Any("error", err))
}
