package sqlite

import (
	"context"
	"fmt"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
)

// An Outbox holds the events that the tables of a database keep: see
// runtime.Service.Outbox. Package outbox sends them.
type Outbox struct {
	*sqlstore.Outbox
}

// outboxTables have no index but their keys. That of the entries is SQLite's row
// number: to add one at the end and to delete a range of them costs less than
// half of what it does with a key of two columns. A number of an owner is never
// used again.
var outboxTables = []string{
	"CREATE TABLE IF NOT EXISTS " + sqlstore.OutboxTable + ` (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  path TEXT NOT NULL,
  event TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT`,
	"CREATE TABLE IF NOT EXISTS " + sqlstore.OwnersTable + ` (
  owner INTEGER PRIMARY KEY AUTOINCREMENT,
  keeper INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT`,
}

// Outbox returns the database's outbox, and creates its tables if they are not
// there. It is called before anything is kept.
func (db *DB) Outbox(ctx context.Context) (*Outbox, error) {
	err := db.conns.Write(ctx, func(c sqlstore.Conn) error {
		for _, sql := range outboxTables {
			if _, err := c.Exec(ctx, sql, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return &Outbox{sqlstore.NewOutbox(db.conns, dialect{})}, nil
}
