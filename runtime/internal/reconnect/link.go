package reconnect

import (
	"log/slog"
	"sync"
	"time"
)

// quiet is the least time between two log lines that a server is lost: a
// connection that breaks again and again does not fill the log.
const quiet = 10 * time.Second

// Words are what the log is told of a server.
type Words struct {
	Lost, Back string
	Missing    string // it has not been there from the start
}

// A Link knows whether a server is reached, in both directions, and logs when
// that changes. Its methods may be called from any goroutine.
type Link struct {
	log   *slog.Logger
	words Words

	// mu guards the fields below.
	mu              sync.Mutex
	receives, sends bool
	err             error     // the latest
	lost            time.Time // when it was; zero while it is not
	told            time.Time // when the log was told last
	owing           bool      // the log waits for the end of the loss
}

// NewLink returns a Link to a server that is not reached yet.
func NewLink(log *slog.Logger, words Words) *Link { return &Link{log: log, words: words} }

// Connected reports whether messages come and go.
func (l *Link) Connected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.up()
}

func (l *Link) up() bool { return l.receives && l.sends }

// LastError returns the latest error, nil if there was none.
func (l *Link) LastError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Received tells that messages come, when err is nil, or why they do not.
func (l *Link) Received(err error) { l.set(&l.receives, err) }

// Sent tells how it went to send a message.
func (l *Link) Sent(err error) { l.set(&l.sends, err) }

func (l *Link) set(direction *bool, err error) {
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
		l.log.Warn(l.words.Lost, slog.Any("error", err))
	}
	if back > 0 {
		l.log.Info(l.words.Back, slog.Duration("after", back))
	}
}

// fail reports whether the log has to be told. It is called with mu held.
func (l *Link) fail(err error, was bool) bool {
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

// recover returns how long the server was lost, 0 if the log does not know. It
// is called with mu held.
func (l *Link) recover() (after time.Duration) {
	if l.owing {
		after = time.Since(l.lost)
	}
	l.lost, l.owing = time.Time{}, false
	return after
}

// Missing tells that the server has not been there from the start.
func (l *Link) Missing() {
	l.mu.Lock()
	if l.receives { // since a moment ago
		l.mu.Unlock()
		return
	}
	l.lost, l.told, l.owing = time.Now(), time.Now(), true
	err := l.err
	l.mu.Unlock()
	l.log.Warn(l.words.Missing, slog.Any("error", err))
}
