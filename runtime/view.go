package runtime

import "github.com/featherscaffold/featherscaffold/runtime/record"

// Viewers says who sees a field: whoever fits one of the three. The zero
// value is nobody.
type Viewers struct {
	Authenticated bool     // users who are logged in
	Owner         bool     // the user whom the record belongs to
	Roles         []string // users who have one of these roles
}

// A view knows which fields of a service's records are not for everybody.
type view struct {
	service       *Service
	restricted    record.FieldSet
	authenticated record.FieldSet // what users see of these
	owner         record.FieldSet
	roles         map[string]record.FieldSet
}

// newView returns nil for a service whose fields everybody sees.
func newView(s *Service) *view {
	if len(s.Visible) == 0 {
		return nil
	}
	v := &view{service: s, roles: map[string]record.FieldSet{}}
	for field, to := range s.Visible {
		v.restricted.Add(field)
		if to.Authenticated {
			v.authenticated.Add(field)
		}
		if to.Owner {
			v.owner.Add(field)
		}
		for _, role := range to.Roles {
			fields := v.roles[role]
			fields.Add(field)
			v.roles[role] = fields
		}
	}
	return v
}

// always returns the fields that a viewer does not see in any record, unless
// as its owner.
func (v *view) always(id *Identity) record.FieldSet {
	if v == nil {
		return record.FieldSet{}
	}
	hidden := v.restricted
	if id != nil {
		hidden = hidden.Minus(v.authenticated)
		for _, role := range id.Roles {
			hidden = hidden.Minus(v.roles[role])
		}
	}
	return hidden
}

// hidden returns the fields of a record that a viewer does not see.
func (v *view) hidden(id *Identity, rec record.Record) record.FieldSet {
	hidden := v.always(id)
	if !hidden.Intersect(v.owner).Empty() && v.service.owns(id, rec) {
		hidden = hidden.Minus(v.owner)
	}
	return hidden
}

// Shown returns the fields of a record that a viewer sees, nil for one who is
// nobody in particular.
func (a *App) Shown(id *Identity, rec record.Record) record.FieldSet {
	schema := rec.Schema()
	if v := a.views[schema]; v != nil {
		return schema.Shown.Minus(v.hidden(id, rec))
	}
	return schema.Shown
}
