package sqlstore

import (
	"context"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Keeping implements runtime.OutboxStore. The tables of the Outbox must be
// there.
func (s *Store) Keeping(n *kept.Note) runtime.Store {
	keeping := *s
	keeping.note = n
	return &keeping
}

// number numbers what a write of n records keeps.
func (s *Store) number(n int) (first int64) {
	if s.note == nil {
		return 0
	}
	return s.note.Take(n)
}

// maxKept is how many entries a statement inserts.
const maxKept = 64

// keep writes an entry for each record. ids are those that the database chose
// for new ones, nil for records that have theirs.
func (s *Store) keep(ctx context.Context, c Conn, first int64, recs []record.Record, ids []int64) error {
	if s.note == nil {
		return nil
	}
	for start := 0; start < len(recs); start += maxKept {
		if err := ctx.Err(); err != nil && start > 0 {
			return err
		}
		b := s.statement("")
		n := min(maxKept, len(recs)-start)
		for i := start; i < start+n; i++ {
			var id int64
			if ids != nil {
				id = ids[i]
			}
			b.entry(first+int64(i), recs[i], id)
		}
		sql := s.insertEntry
		if n > 1 {
			sql = insertEntries(s.dialect, n)
		}
		if _, err := c.Exec(context.WithoutCancel(ctx), sql, b.args); err != nil {
			return err
		}
	}
	return nil
}

// entry adds the arguments of a record's entry. id, if it is not 0, is what the
// record is about to get for an id.
func (b *statement) entry(seq int64, rec record.Record, id int64) {
	n := b.s.note
	b.args = append(b.args, entryID(n.Owner, seq), n.Path, n.Event, b.s.entryData(rec, id))
}

// entryData returns a record as record.Restore reads it, with the fields that
// clients never see: publishers may look at them.
func (s *Store) entryData(rec record.Record, id int64) string {
	dst := make([]byte, 1, 256)
	dst[0] = '{'
	for i := range s.note.Fields.All() {
		v := rec.Value(i)
		if i == s.schema.ID && id != 0 && s.schema.IDType() == record.Int {
			v = record.IntValue(id)
		}
		if !v.IsNull() {
			dst = record.AppendValueField(dst, s.keys[i], v)
		}
	}
	return string(record.CloseObject(dst))
}

// insertEntries returns the statement that inserts n entries.
func insertEntries(d Dialect, n int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + OutboxTable + " (id, at, path, event, data) VALUES ")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		p := func(k int) string { return d.Param(4*i + k) }
		b.WriteString("(" + p(1) + ", " + d.Now() + ", " + p(2) + ", " + p(3) + ", " + p(4) + ")")
	}
	return b.String()
}
