package sqlite

import "github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"

// Connections gives tests what the tables use.
func (db *DB) Connections() sqlstore.DB { return db.conns }

// WaitingWrites returns how many writes wait for their transaction.
func (db *DB) WaitingWrites() int {
	g := &db.conns.writes
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.list)
}
