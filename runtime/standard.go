package runtime

import (
	"context"
	"slices"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// standard holds the methods that work on a service's store.
var standard = map[Method]Hook{
	Find:   find,
	Get:    get,
	Create: create,
	Update: update,
	Patch:  patch,
	Remove: remove,
}

func find(ctx context.Context, c *Call) error {
	q := c.query()
	page, err := c.Service.Store.Find(ctx, q)
	if err != nil {
		return err
	}
	c.Result = &Result{Records: page.Records, List: true, Page: q.Count, Total: page.Total, Limit: q.Limit, Skip: q.Skip}
	return nil
}

func get(ctx context.Context, c *Call) error {
	rec, err := c.Service.Store.Get(ctx, c.ID, c.query().Where)
	if err != nil {
		return err
	}
	if rec == nil {
		return notFound(c.ID)
	}
	c.Result = One(rec)
	return nil
}

func create(ctx context.Context, c *Call) error {
	s := c.Service
	for _, rec := range c.Data {
		if err := ctx.Err(); err != nil {
			return err // sealing many passwords takes its time
		}
		c.stamp(rec, record.Created)
		if s.Schema.Fields[s.Schema.ID].Type == record.UUID && noID(rec.Value(s.Schema.ID)) {
			rec.SetValue(s.Schema.ID, record.StringValue(record.NewUUID()))
		}
		if err := c.finish(ctx, rec, s.Schema.All.Minus(serverMade(rec))); err != nil {
			return err
		}
	}
	if err := c.keeping().Create(ctx, c.Data...); err != nil {
		return err
	}
	return c.setRecords(c.Data)
}

// update replaces what clients may write and leaves the rest of the record,
// and what is sealed unless it is given: clients can not read it to give it
// back.
func update(ctx context.Context, c *Call) error {
	return c.write(ctx, c.Service.Schema.Patchable.Minus(c.forbidden()).Minus(c.unsealed))
}

func patch(ctx context.Context, c *Call) error { return c.write(ctx, c.Changed) }

func (c *Call) write(ctx context.Context, fields record.FieldSet) error {
	data := c.Data[0]
	fields, err := c.withoutSealed(ctx, fields)
	if err != nil {
		return err
	}
	stamped := c.stamp(data, record.Updated)
	if err := c.finish(ctx, data, fields); err != nil {
		return err
	}
	recs, err := c.keeping().Patch(ctx, c.ID, c.query().Where, data, fields.Union(stamped))
	if err != nil {
		return err
	}
	c.App.changed(ctx, c.Service, false, recs)
	return c.setRecords(recs)
}

func remove(ctx context.Context, c *Call) error {
	recs, err := c.keeping().Remove(ctx, c.ID, c.query().Where)
	if err != nil {
		return err
	}
	c.App.changed(ctx, c.Service, true, recs)
	return c.setRecords(recs)
}

func (c *Call) query() *query.Query {
	if c.Query == nil {
		c.Query = query.All()
	}
	return c.Query
}

func (c *Call) setRecords(recs []record.Record) error {
	if c.Many {
		c.Result = List(recs)
		return nil
	}
	if len(recs) == 0 {
		return notFound(c.ID)
	}
	c.Result = One(recs[0])
	return nil
}

func notFound(id record.Value) error { return NotFound("No record found for id '%s'", id) }

// stamp sets the times that the server keeps: all of them on create, that of
// the last change otherwise. It returns the fields it set.
func (c *Call) stamp(rec record.Record, on record.Auto) record.FieldSet {
	var set record.FieldSet
	schema := c.Service.Schema
	for i := range schema.Fields {
		if auto := schema.Fields[i].Auto; auto == record.Updated || auto == record.Created && on == record.Created {
			set.Add(i)
		}
	}
	if !set.Empty() {
		now := record.TimeValue(time.Now())
		for i := range set.All() {
			rec.SetValue(i, now)
		}
	}
	return set
}

// finish makes data ready for the store: it holds what hooks made of it
// against the rules once more, asks for the records that it refers to, and
// seals it.
func (c *Call) finish(ctx context.Context, rec record.Record, fields record.FieldSet) error {
	if err := record.Check(rec, fields); err != nil {
		return err
	}
	for i := range fields.Intersect(c.Service.Schema.Refs).All() {
		if err := c.checkRef(ctx, &c.Service.Schema.Fields[i], rec.Value(i)); err != nil {
			return err
		}
	}
	if c.Service.Seal == nil {
		return nil
	}
	return c.Service.Seal(ctx, rec, fields.Intersect(c.Service.Sealed))
}

// withoutSealed leaves out the fields that hold what is stored, sealed: Go
// code that got a record and writes it back does not mean the seal to be a new
// password. Clients never see one.
func (c *Call) withoutSealed(ctx context.Context, fields record.FieldSet) (record.FieldSet, error) {
	sealed := fields.Intersect(c.Service.Sealed)
	if sealed.Empty() || c.ID.IsNull() || !c.Params.Internal() {
		return fields, nil
	}
	stored, err := c.Service.Store.Get(ctx, c.ID, c.query().Where)
	if stored == nil || err != nil {
		return fields, err
	}
	for field := range sealed.All() {
		if record.Equal(stored.Value(field), c.Data[0].Value(field)) {
			fields.Remove(field)
		}
	}
	return fields, nil
}

// checkRef refuses an id that names no record of the service referred to.
func (c *Call) checkRef(ctx context.Context, f *record.Field, v record.Value) error {
	target := c.App.services[f.Ref]
	if target == nil || target.Store == nil || v.IsNull() {
		return nil
	}
	found, err := exists(ctx, target, f, v)
	if err != nil {
		return err
	}
	if !found {
		return record.FieldErrors{{Path: "/" + f.Name, Keyword: "reference", Params: `{}`,
			Message: "must be the id of a record in " + f.Ref}}
	}
	return nil
}

// exists reports whether the service has a record with the id, or with each of
// a list of ids.
func exists(ctx context.Context, target *Service, f *record.Field, v record.Value) (bool, error) {
	if !f.List {
		rec, err := target.Store.Get(ctx, v, query.Cond{})
		return rec != nil, err
	}
	ids := slices.SortedFunc(slices.Values(v.List()), record.Compare)
	ids = slices.CompactFunc(ids, record.Equal)
	if len(ids) == 0 {
		return true, nil
	}
	page, err := target.Store.Find(ctx, &query.Query{Where: query.OneOf(target.Schema.ID, ids...), Count: true})
	return page.Total == len(ids), err
}
