package schema

import (
	"slices"
)

// Kind is what a Change does.
type Kind string

// The kinds of a Change, in the order in which a migration does them.
const (
	DropTable    Kind = "drop table"
	RenameTable  Kind = "rename table"
	DropIndex    Kind = "drop index"
	RenameColumn Kind = "rename column"
	DropColumn   Kind = "drop column"
	AlterColumn  Kind = "alter column"
	AddTable     Kind = "add table" // with its columns and indexes
	AddColumn    Kind = "add column"
	AddIndex     Kind = "add index"
)

// A Change is one step from one schema to the next.
type Change struct {
	Kind Kind

	// Old and New are the service before and after, with the tables' names. A
	// dropped table has no New, an added one no Old.
	Old, New *Service
	// OldField and NewField are the same of a column.
	OldField, NewField *Field
	// Index lists the fields of an index over several, by their names before
	// for DropIndex, after for AddIndex. That of a single field follows from
	// the column.
	Index []string

	// Loses tells what records lose, for people; "" for nothing.
	Loses string
}

// Service returns the service's name: that of today, if it is still there.
func (c *Change) Service() string {
	if c.New != nil {
		return c.New.Name
	}
	return c.Old.Name
}

// Field returns the column's name: that of today, if it is still there.
func (c *Change) Field() string {
	switch {
	case c.NewField != nil:
		return c.NewField.Name
	case c.OldField != nil:
		return c.OldField.Name
	}
	return ""
}

// Destructive reports whether records of a database lose something.
func (c *Change) Destructive() bool { return c.Loses != "" }

// Diff returns what leads from one schema to the next, given the renames that
// Moves found. Tables of services without a database are no part of it. The
// changes come in the order of their kinds, then of the services.
func Diff(before, after *Schema, moves []Move) []Change {
	d := &differ{names: namesBefore(moves)}
	kept := map[string]bool{}
	for _, svc := range after.Services {
		old := before.Service(d.names.service(svc.Name))
		if old != nil {
			kept[old.Name] = true
		}
		d.service(old, svc)
	}
	for _, old := range before.Services {
		if !kept[old.Name] {
			d.service(old, nil)
		}
	}
	slices.SortStableFunc(d.changes, func(a, b Change) int { return order(a.Kind) - order(b.Kind) })
	return d.changes
}

func order(k Kind) int {
	return slices.Index([]Kind{DropTable, RenameTable, DropIndex, RenameColumn, DropColumn, AlterColumn, AddTable, AddColumn, AddIndex}, k)
}

type differ struct {
	names   names
	changes []Change
}

func (d *differ) add(c Change) { d.changes = append(d.changes, c) }

// service compares the tables of a service; nil is for one that is not there.
func (d *differ) service(old, now *Service) {
	had, has := old != nil && old.Database(), now != nil && now.Database()
	switch {
	case had && has && old.Store == now.Store:
		d.table(old, now)
		return
	case had && has:
		d.add(Change{Kind: DropTable, Old: old, Loses: "its records stay behind in " + old.Store})
	case had && now != nil:
		d.add(Change{Kind: DropTable, Old: old, Loses: "its records stay behind in " + old.Store + ", where nothing reads them"})
	case had:
		d.add(Change{Kind: DropTable, Old: old, Loses: "its records"})
	}
	if has {
		d.add(Change{Kind: AddTable, New: now})
	}
}

func (d *differ) table(old, now *Service) {
	if old.Table != now.Table {
		d.add(Change{Kind: RenameTable, Old: old, New: now, Loses: leftBehind(old, now)})
	}
	kept := map[string]bool{}
	for _, f := range now.Fields {
		before := old.Field(d.names.field(now.Name, f.Name))
		if f.Key { // there is one, whatever it is called
			before = old.key()
		}
		if before != nil && !kept[before.Name] {
			kept[before.Name] = true
			d.column(old, now, before, f)
			continue
		}
		d.add(Change{Kind: AddColumn, Old: old, New: now, NewField: f, Loses: added(f)})
	}
	for _, f := range old.Fields {
		if !kept[f.Name] {
			d.add(Change{Kind: DropColumn, Old: old, New: now, OldField: f, Loses: "the values in it"})
		}
	}
	d.indexes(old, now)
}

// leftBehind tells what a renamed table loses. Stores find a table by the names
// that its service had; a path leaves no trace in the spec.
func leftBehind(old, now *Service) string {
	if old.Name != now.Name && old.Table == old.Name {
		return ""
	}
	return "its records stay in the table " + old.Table + " until that is renamed in the database"
}

func (d *differ) column(old, now *Service, before, after *Field) {
	c := Change{Old: old, New: now, OldField: before, NewField: after}
	if before.Name != after.Name {
		c.Kind = RenameColumn
		d.add(c)
	}
	// What it refers to may have another name and be the same.
	same := *after
	same.Name = before.Name
	if same.Ref != "" {
		same.Ref = d.names.service(same.Ref)
	}
	if !equal(before, &same) {
		c.Kind, c.Loses = AlterColumn, altered(before, &same)
		d.add(c)
	}
}

func equal(a, b *Field) bool {
	return a.line("") == b.line("")
}

func (d *differ) indexes(old, now *Service) {
	before := map[string]string{} // names after, by those before
	for _, f := range now.Fields {
		before[d.names.field(now.Name, f.Name)] = f.Name
	}
	has := func(list [][]string, names []string) bool {
		return slices.ContainsFunc(list, func(other []string) bool { return slices.Equal(other, names) })
	}
	var kept [][]string
	for _, names := range old.Indexes {
		renamed := make([]string, len(names))
		for i, name := range names {
			renamed[i] = before[name]
		}
		if has(now.Indexes, renamed) {
			kept = append(kept, renamed)
			continue
		}
		d.add(Change{Kind: DropIndex, Old: old, New: now, Index: names})
	}
	for _, names := range now.Indexes {
		if !has(kept, names) {
			d.add(Change{Kind: AddIndex, Old: old, New: now, Index: names})
		}
	}
}
