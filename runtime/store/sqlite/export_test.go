package sqlite

import "github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"

// Connections gives tests what the tables use.
func (db *DB) Connections() sqlstore.DB { return db.conns }
