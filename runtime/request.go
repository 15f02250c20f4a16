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
	return c, a.guard(ctx, c, func() error {
		if err := c.authorize(ctx, m); err != nil {
			return err
		}
		if err := c.read(m, req); err != nil {
			return err
		}
		if err := c.narrow(ctx); err != nil {
			return err
		}
		return a.run(ctx, c, m)
	})
}

// read fills the call from the request: id, query, data, route.
func (c *Call) read(m *method, req *Request) error {
	if m.name.Standard() {
		if err := c.readID(req.ID); err != nil {
			return err
		}
		if err := c.readQuery(req.Params.Query); err != nil {
			return err
		}
		if err := c.bindRoute(); err != nil {
			return err
		}
		c.bindOwner()
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

// readQuery holds the query against the fields that the client sees.
func (c *Call) readQuery(t query.Tree) (err error) {
	s := c.Service
	rules := s.rules
	if v := c.App.views[s.Schema]; v != nil {
		rules.Hidden = v.always(c.Params.Identity)
		if c.own {
			rules.Hidden = rules.Hidden.Minus(v.owner)
		}
	}
	c.Query, err = rules.Parse(t)
	return err
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
	how := record.Decoding{Use: use, Given: c.setFixed(rec), Forbidden: c.forbidden()}
	changed, err := how.Decode(rec, src)
	if err != nil {
		return err
	}
	c.setFixed(rec) // whatever the data says
	switch m.name {
	case Patch:
		c.Changed = changed
	case Update:
		c.unsealed = c.Service.Sealed.Minus(changed)
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
		c.fixed = append(c.fixed, fixedValue{b.field, v})
	}
	return nil
}

// bindOwner makes what a user creates the user's own.
func (c *Call) bindOwner() {
	if c.Method != Create || c.Params.Identity == nil || c.Service.Owner.Empty() {
		return
	}
	for field := range c.Service.ownerFields().All() {
		c.fixed = append(c.fixed, fixedValue{field, c.Params.Identity.UserID()})
	}
}

// fixedValue is a field's value that the client does not choose.
type fixedValue struct {
	field int
	value record.Value
}

// setFixed sets the fields of a record that the client does not choose.
func (c *Call) setFixed(rec record.Record) (set record.FieldSet) {
	for _, f := range c.fixed {
		rec.SetValue(f.field, f.value)
		set.Add(f.field)
	}
	return set
}

// forbidden returns the fields that the client may not give.
func (c *Call) forbidden() (fields record.FieldSet) {
	if c.App.auth == nil || !c.Method.Standard() || c.Params.Internal() {
		return fields
	}
	if id := c.Params.Identity; id != nil && id.Covers != nil {
		fields = c.Service.Sealed // a password outlives what a key with scopes may do
	}
	for field, roles := range c.Service.Writable {
		if !c.Params.Identity.Has(roles...) {
			fields.Add(field)
		}
	}
	return fields
}
