package sqlite

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// Result codes of SQLite, https://www.sqlite.org/rescode.html.
const (
	sqliteError            = 1
	sqliteBusy             = 5
	sqliteConstraintKey    = 1555
	sqliteConstraintUnique = 2067
	sqliteConstraintRowID  = 2579
)

// code returns SQLite's result code for an error, 0 if it is none of SQLite.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// takenColumn finds the first column in what SQLite says of a unique value
// that is taken: "UNIQUE constraint failed: users.email".
var takenColumn = regexp.MustCompile(`constraint failed: [^,]*\.([^.,]+?)(, .*)? \(\d+\)$`)

// taken implements sqlstore.Dialect's Taken.
func taken(err error) (string, bool) {
	switch code(err) {
	case sqliteConstraintKey, sqliteConstraintUnique, sqliteConstraintRowID:
	default:
		return "", false
	}
	if m := takenColumn.FindStringSubmatch(err.Error()); m != nil {
		return m[1], true
	}
	return "", true
}

// plain returns SQLite's error without its number and without saying twice
// what kind of error it is.
func plain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	text, _, _ := strings.Cut(e.Error(), " (")
	return errors.New(text)
}

// busy reports whether an error is that another process keeps the database
// locked.
func busy(err error) bool { return code(err)&0xff == sqliteBusy }

// busyFor is how long a busy database is tried again, as long as SQLite
// itself waits where it does.
const (
	busyFor   = 5 * time.Second
	busyPause = 10 * time.Millisecond
)

// retryBusy calls f again while another process keeps the database busy.
func retryBusy(ctx context.Context, f func() error) error {
	for end := time.Now().Add(busyFor); ; {
		err := f()
		if !busy(err) || time.Now().After(end) {
			return err
		}
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
