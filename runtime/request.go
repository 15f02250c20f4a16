package runtime

import (
	"context"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Request is a call as a transport read it: nothing in it has a type yet.
type Request struct {
	Service *Service
	Method  Method
	// ID is the record's id: a string from a URL, or what a socket client
	// sent. Null is no id.
	ID record.Value
	// Body is the data as JSON; empty for none.
	Body   []byte
	Params Params // with the query as it came
}

// Handle runs a call that a client made and returns it with its result. On
// error, which ErrorOf turns into what clients may see, the call may be nil.
//
// Queries are held against the service's fields, data against its rules.
// Nothing reaches hooks or the store that the schema does not know.
func (a *App) Handle(ctx context.Context, req *Request) (*Call, error) {
	s := req.Service
	m := s.methods[req.Method]
	if m == nil || !m.exposed {
		return nil, MethodNotAllowed("Method '%s' not allowed on service '%s'", req.Method, s.Path)
	}
	c := &Call{App: a, Service: s, Method: req.Method, Params: req.Params, Event: m.event}
	if err := c.read(m, req); err != nil {
		return c, err
	}
	return c, a.run(ctx, c, m)
}

// read fills the call from the request: id, query, data, route.
func (c *Call) read(m *method, req *Request) error {
	if m.name.Standard() {
		if err := c.readID(req.ID); err != nil {
			return err
		}
		q, err := c.Service.rules.Parse(req.Params.Query)
		if err != nil {
			return err
		}
		c.Query = q
		if err := c.bindRoute(); err != nil {
			return err
		}
		c.Many = m.name == Find || c.ID.IsNull() && (m.name == Patch || m.name == Remove)
	}
	if m.data != nil {
		if err := c.readData(m, req.Body); err != nil {
			return err
		}
	} else if r := jsonio.NewReader(req.Body); len(req.Body) > 0 {
		if r.Skip(); r.End() != nil {
			return r.Err()
		}
	}
	return c.checkMany(m)
}

// checkMany refuses lists where the service takes single records only.
func (c *Call) checkMany(m *method) error {
	switch {
	case m.name == Update && (c.Many || c.ID.IsNull()):
		return BadRequest("You can not replace multiple instances. Did you mean 'patch'?")
	case m.name == Get && c.ID.IsNull():
		return BadRequest("id for 'get' can not be undefined")
	case c.Many && !m.multi && m.name != Find:
		return MethodNotAllowed("Can not %s multiple entries", m.name)
	}
	return nil
}

// readID converts the id to the type of the id field. One that can not be
// converted names no record.
func (c *Call) readID(id record.Value) error {
	if id.IsNull() || c.Method == Find || c.Method == Create {
		return nil
	}
	field := &c.Service.Schema.Fields[c.Service.Schema.ID]
	ok := id.Kind() == field.Type.Kind()
	if c.ID = id; !ok || field.Type == record.UUID {
		c.ID, ok = field.Parse(id.String())
	}
	if !ok {
		return NotFound("No record found for id '%s'", id)
	}
	return nil
}

// readData decodes the body: an object, or for create an array of objects.
func (c *Call) readData(m *method, body []byte) error {
	if len(body) == 0 {
		body = []byte("{}")
	}
	r := jsonio.NewReader(body)
	if r.Kind() != jsonio.Array || !m.name.Standard() {
		return c.decode(m, body)
	}
	c.Many = true
	if m.name == Create && !m.multi || m.name == Update {
		return nil // checkMany refuses it
	}
	if m.name == Patch {
		return BadRequest("data of a patch must be an object")
	}
	r.Array()
	for r.Next() {
		item := r.Raw()
		if r.Err() != nil {
			break
		}
		if err := c.decode(m, item); err != nil {
			return err
		}
	}
	return r.End()
}

func (c *Call) decode(m *method, src []byte) error {
	use := record.ForCreate
	switch m.name {
	case Update:
		use = record.ForUpdate
	case Patch:
		use = record.ForPatch
	}
	rec := m.data()
	changed, err := record.Decode(rec, src, use, c.setRouted(rec)...)
	if err != nil {
		return err
	}
	c.setRouted(rec) // whatever the data says
	if m.name == Patch {
		c.Changed = changed
	}
	c.Data = append(c.Data, rec)
	return nil
}

// serverMade returns the id field if the server will make the id.
func serverMade(rec record.Record) record.FieldSet {
	schema := rec.Schema()
	if schema.ID >= 0 && schema.Fields[schema.ID].Auto == record.AutoID && noID(rec.Value(schema.ID)) {
		return record.Fields(schema.ID)
	}
	return record.FieldSet{}
}

func noID(id record.Value) bool {
	return id.IsNull() || id.Kind() == record.KindInt && id.Int() == 0 || id.Kind() == record.KindString && id.Str() == ""
}

// bindRoute makes parameters of the path that bear a field's name count: they
// narrow what is found, and are set in what is written.
func (c *Call) bindRoute() error {
	for _, b := range c.Service.routed {
		text := c.Params.Route.Get(b.param)
		v, ok := c.Service.Schema.Fields[b.field].Parse(text)
		if !ok {
			return NotFound("No %s '%s'", b.param, text)
		}
		c.Query.And(query.Is(b.field, v))
		c.routed = append(c.routed, routedValue{b.field, v})
	}
	return nil
}

// routedValue is a field's value from the path.
type routedValue struct {
	field int
	value record.Value
}

// setRouted sets the fields of a record that the path decides.
func (c *Call) setRouted(rec record.Record) (fields []int) {
	for _, r := range c.routed {
		rec.SetValue(r.field, r.value)
		fields = append(fields, r.field)
	}
	return fields
}
