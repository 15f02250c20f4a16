// Package kept has the words for events that a database keeps along with the
// changes that they tell of, until all processes can have them. Stores write
// them, package outbox sends them.
package kept

import (
	"context"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Note tells a store what a write is to keep.
type Note struct {
	Owner       int64 // of the entries: the process that sends the events
	Path, Event string
	Fields      record.FieldSet // of a record, which are kept
	// Take numbers so many entries, before they are written, and returns the
	// number of the first. It is called once.
	Take func(entries int) (first int64)
}

// An Entry is an event that a database keeps.
type Entry struct {
	Seq         int64 // ascends with the calls of an owner
	Path, Event string
	Data        []byte // the record, for record.Restore
	Age         time.Duration
}

// A Ticket follows the events of one call, or one event that is sent again, on
// their way to the bus. One goroutine uses it.
type Ticket interface {
	// Note returns what the call's write is to keep.
	Note() *Note
	// Publish hands an event to the bus, or leaves it for later when too many
	// wait already. Errors are those of the bus.
	Publish(b Bus, msg []byte) error
	// Close says that there are no more events. What is kept and was not
	// published by then is not wanted.
	Close()
}

// A Bus is what a Ticket needs of a runtime.Bus.
type Bus interface {
	Publish(msg []byte, stored func()) error
}

// Entries are what a database keeps: entries of owners, each owner with a keeper
// who says now and then that it lives. Times are the database's. Methods may be
// called at the same time. Package store/storetest has the tests that Entries
// pass.
type Entries interface {
	// Register returns the number of a new owner, which keeps its own entries.
	Register(ctx context.Context) (owner int64, err error)
	// Renew says that a keeper lives, and makes its own entries its own again
	// if another claimed them.
	Renew(ctx context.Context, keeper int64) error
	// Claim makes the keeper that of all other owners with entries that are
	// older than idle and whose keeper was not heard of for as long, and
	// returns these owners.
	Claim(ctx context.Context, keeper int64, idle time.Duration) ([]int64, error)
	// Read returns some entries with numbers above after, in order, up to limit
	// of them, and at least one if there is one.
	Read(ctx context.Context, owner, after int64, limit int) ([]Entry, error)
	// Delete deletes entries, given in order; those that are not there are no
	// error.
	Delete(ctx context.Context, owner int64, seqs []int64) error
	// Release lets go of an owner of the keeper, if it has no entries, and
	// reports whether it did: the keeper itself is forgotten, another is given
	// back.
	Release(ctx context.Context, keeper, owner int64) (bool, error)
}
