package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/kept"
)

// The tables of an Outbox. A driver creates them.
const (
	// OutboxTable holds what stores keep: id (its key), at, path, event and
	// data. An id is the owner's number and, in its last bits, the entry's.
	OutboxTable = "featherscaffold_outbox"
	// OwnersTable holds who looks after the entries of an owner: owner (its
	// key, which the database counts up), keeper and at, when the keeper last
	// said that it lives.
	OwnersTable = "featherscaffold_outbox_owners"
)

// seqBits is how many bits of an id are the entry's number. There are as many
// as a process writes in years, and owners for a process a second for half a
// year.
const seqBits = 39

func entryID(owner, seq int64) int64 { return owner<<seqBits | seq }

// An Outbox is what the stores of one database keep: entries, each of them
// owned by the process that wrote it, and for each owner a keeper, who sends
// them: the owner itself while it lives. Times are the database's.
type Outbox struct {
	db      DB
	dialect Dialect

	forget, adopt, add, own    string // statements, in the order of the methods
	renew, again               string
	stale, claim, read, remove string
	release, giveBack          string
}

// NewOutbox returns the outbox of a database that has its tables.
func NewOutbox(db DB, d Dialect) *Outbox {
	p, bits := d.Param, strconv.Itoa(seqBits)
	entries := "EXISTS (SELECT 1 FROM " + OutboxTable + " AS entry WHERE entry.id >= owner << " + bits + " AND entry.id < (owner + 1) << " + bits
	none := "NOT " + entries + ")"
	// stale finds the owners that the first parameter's may claim.
	stale := func(n int) string {
		return " WHERE owner <> " + p(n) + " AND at < " + d.Now() + " - " + p(n+1) + " AND " + entries + " AND entry.at < " + d.Now() + " - " + p(n+2) + ")"
	}
	return &Outbox{
		db: db, dialect: d,
		forget: "DELETE FROM " + OwnersTable + " WHERE at < " + d.Now() + " - " + p(1) + " AND " + none,
		adopt: "INSERT INTO " + OwnersTable + " (owner, keeper, at) SELECT DISTINCT id >> " + bits + ", id >> " + bits + ", 0 FROM " + OutboxTable +
			" WHERE id >> " + bits + " NOT IN (SELECT owner FROM " + OwnersTable + ")",
		add:      "INSERT INTO " + OwnersTable + " (keeper, at) VALUES (0, " + d.Now() + ") RETURNING owner",
		own:      "UPDATE " + OwnersTable + " SET keeper = owner WHERE owner = " + p(1),
		renew:    "UPDATE " + OwnersTable + " SET keeper = " + p(1) + ", at = " + d.Now() + " WHERE owner = " + p(2) + " OR keeper = " + p(3) + " RETURNING owner",
		again:    "INSERT INTO " + OwnersTable + " (owner, keeper, at) VALUES (" + p(1) + ", " + p(2) + ", " + d.Now() + ")",
		stale:    "SELECT owner FROM " + OwnersTable + stale(1),
		claim:    "UPDATE " + OwnersTable + " SET keeper = " + p(1) + ", at = " + d.Now() + stale(2) + " RETURNING owner",
		read:     "SELECT id, path, event, data, " + d.Now() + " - at FROM " + OutboxTable + " WHERE id > " + p(1) + " AND id < " + p(2) + " ORDER BY id LIMIT ",
		remove:   "DELETE FROM " + OutboxTable + " WHERE id BETWEEN " + p(1) + " AND " + p(2),
		giveBack: "UPDATE " + OwnersTable + " SET keeper = owner WHERE owner = " + p(1) + " AND keeper = " + p(2) + " AND " + none + " RETURNING owner",
		release:  "DELETE FROM " + OwnersTable + " WHERE owner = " + p(1) + " AND keeper = " + p(2) + " AND " + none + " RETURNING owner",
	}
}

// forgotten is how long an owner without entries is remembered, in case it
// comes back.
const forgotten = 24 * time.Hour

// Register returns the number of a new owner, which keeps its own entries.
// Along the way it tidies up: owners of old without entries go, entries without
// an owner get one.
func (o *Outbox) Register(ctx context.Context) (owner int64, err error) {
	err = o.db.Write(ctx, func(c Conn) error {
		if _, err := c.Exec(ctx, o.forget, []driver.Value{forgotten.Milliseconds()}); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, o.adopt, nil); err != nil {
			return err
		}
		if err := owners(ctx, c, o.add, nil, func(n int64) { owner = n }); err != nil {
			return err
		}
		_, err := c.Exec(ctx, o.own, []driver.Value{owner})
		return err
	})
	return owner, doing("register at", err)
}

// owners runs a statement whose rows are owners.
func owners(ctx context.Context, c Conn, sql string, args []driver.Value, each func(owner int64)) error {
	return c.Query(ctx, sql, args, func(row []driver.Value) error {
		owner, _ := row[0].(int64)
		each(owner)
		return nil
	})
}

// Renew says that a keeper lives. What somebody else claimed of its own
// meanwhile is its own again.
func (o *Outbox) Renew(ctx context.Context, keeper int64) error {
	err := o.db.Write(ctx, func(c Conn) error {
		known := false
		err := owners(ctx, c, o.renew, []driver.Value{keeper, keeper, keeper}, func(owner int64) { known = known || owner == keeper })
		if err == nil && !known {
			_, err = c.Exec(ctx, o.again, []driver.Value{keeper, keeper})
		}
		return err
	})
	return doing("renew in", err)
}

// Claim makes the keeper that of all other owners with entries whose keeper was not
// heard of for so long, and returns them. An entry that is younger does not
// count: its owner may have slept until now.
func (o *Outbox) Claim(ctx context.Context, keeper int64, idle time.Duration) ([]int64, error) {
	ms := idle.Milliseconds()
	stale := false
	err := o.db.Read(ctx, func(c Conn) error {
		return owners(ctx, c, o.stale, []driver.Value{keeper, ms, ms}, func(int64) { stale = true })
	})
	if err != nil || !stale {
		return nil, doing("look into", err)
	}
	var list []int64
	err = o.db.Write(ctx, func(c Conn) error {
		return owners(ctx, c, o.claim, []driver.Value{keeper, keeper, ms, ms}, func(owner int64) { list = append(list, owner) })
	})
	if err != nil {
		return nil, doing("claim in", err)
	}
	return list, nil
}

// maxRead bounds the data that Read returns, but for the last entry.
const maxRead = 4 << 20

// Read returns entries of an owner with numbers above one, in order: at most so
// many, fewer if they are large.
func (o *Outbox) Read(ctx context.Context, owner, after int64, limit int) ([]kept.Entry, error) {
	var list []kept.Entry
	size := 0
	err := o.db.Read(ctx, func(c Conn) error {
		return c.Query(ctx, o.read+strconv.Itoa(limit), []driver.Value{entryID(owner, after), entryID(owner+1, 0)}, func(row []driver.Value) error {
			e := kept.Entry{Path: columnText(row[1]), Event: columnText(row[2]), Data: []byte(columnText(row[3]))}
			id, _ := row[0].(int64)
			e.Seq = id - entryID(owner, 0)
			age, _ := row[4].(int64)
			e.Age = time.Duration(age) * time.Millisecond
			list = append(list, e)
			if size += len(e.Data); size > maxRead {
				return errEnough
			}
			return nil
		})
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, doing("read", err)
	}
	return list, nil
}

var errEnough = errors.New("enough was read")

// columnText returns a column's text, which some drivers give as bytes.
func columnText(v driver.Value) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	s, _ := v.(string)
	return s
}

// Delete deletes entries of an owner, given in order. Those that are not there
// any more are no error.
func (o *Outbox) Delete(ctx context.Context, owner int64, seqs []int64) error {
	err := o.db.WriteOne(ctx, func(c Conn) error {
		for start, end := 0, 0; start < len(seqs); start = end {
			for end = start + 1; end < len(seqs) && seqs[end] == seqs[end-1]+1; {
				end++
			}
			args := []driver.Value{entryID(owner, seqs[start]), entryID(owner, seqs[end-1])}
			if _, err := c.Exec(context.WithoutCancel(ctx), o.remove, args); err != nil {
				return err
			}
		}
		return nil
	})
	return doing("delete from", err)
}

// Release lets go of an owner that a keeper looks after, if it has no entries
// left, and reports whether it did. The keeper's own number is forgotten;
// another owner is given back, to be claimed again if it lives after all, and
// leaves more.
func (o *Outbox) Release(ctx context.Context, keeper, owner int64) (released bool, err error) {
	sql := o.giveBack
	if keeper == owner {
		sql = o.release
	}
	err = o.db.Write(ctx, func(c Conn) error {
		return owners(ctx, c, sql, []driver.Value{owner, keeper}, func(int64) { released = true })
	})
	return released && err == nil, doing("release in", err)
}

func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s the outbox: %w", what, err)
}
