package query

import (
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// conditions appends the conditions that the query has on one field. path is
// where the field's clause stands, "" at the top.
func (p *parser) conditions(conds []Cond, path, name string, t Tree) []Cond {
	field, ok := p.lookup(name)
	if bad, found := foreign(t); found {
		if !ok {
			bad.Data = nil // what is said of a field that is not shown, such as a password, is not repeated
		}
		p.stop(bad)
		return conds
	}
	if !ok {
		p.errs.Add(record.UnknownError(path, name))
		return conds
	}
	o := operand{p, field, path}
	if t.Kind() != jsonio.Object || t.Len() == 0 {
		if v, ok := o.value(t, ""); ok {
			conds = append(conds, Is(field, v))
		}
		return conds
	}
	for op, value := range t.All() {
		if c, ok := o.operator(op, value); ok {
			conds = append(conds, c)
		}
	}
	return conds
}

// foreign looks for an operator that there is not, anywhere below a field.
func foreign(t Tree) (*Error, bool) {
	for i := range t.members {
		m := &t.members[i]
		if t.kind == jsonio.Object && strings.HasPrefix(m.name, "$") {
			if _, ok := operatorOf(m.name); !ok {
				return invalidParameter(m.name, t), true
			}
		}
		if bad, ok := foreign(m.value); ok {
			return bad, true
		}
	}
	return nil, false
}

func operatorOf(name string) (Op, bool) {
	switch name {
	case "$ne":
		return Ne, true
	case "$lt":
		return Lt, true
	case "$lte":
		return Lte, true
	case "$gt":
		return Gt, true
	case "$gte":
		return Gte, true
	case "$in":
		return In, true
	case "$nin":
		return Nin, true
	}
	return 0, false
}

// ordered reports whether values of the field are less or greater than others.
func ordered(f *record.Field) bool { return !f.List && f.Type != record.JSON }

// An operand reads what one field is compared with.
type operand struct {
	*parser
	number int    // of the field
	clause string // path of the object that has the field
}

func (o operand) field() *record.Field { return &o.schema.Fields[o.number] }

// path returns where a value stands; places are those below the field. It is
// put together for errors only.
func (o operand) path(places ...string) string {
	path := o.clause + "/" + o.field().Name
	for _, place := range places {
		path += "/" + place
	}
	return path
}

func (o operand) operator(name string, t Tree) (Cond, bool) {
	op, ok := operatorOf(name)
	if !ok || op >= Lt && op <= Gte && !ordered(o.field()) {
		o.errs.Add(record.UnknownError(o.path(), name))
		return Cond{}, false
	}
	if op == In || op == Nin {
		return o.list(op, name, t)
	}
	v, ok := o.value(t, name)
	return Cond{Op: op, Field: o.number, Value: v}, ok
}

func (o operand) list(op Op, name string, t Tree) (Cond, bool) {
	if t.Kind() != jsonio.Array {
		o.errs.Add(record.TypeError(o.path(name), "array"))
		return Cond{}, false
	}
	list := make([]record.Value, 0, min(t.Len(), maxTerms))
	for _, element := range t.All() {
		if !o.term() {
			return Cond{}, false
		}
		v, ok := coerce(o.field(), element)
		if !ok {
			o.errs.Add(mismatch(o.field(), o.path(name, strconv.Itoa(len(list))), element))
			return Cond{}, false
		}
		list = append(list, v)
	}
	return Cond{Op: op, Field: o.number, List: ascending(list)}, true
}

// value reads the value of an operator, or of the field itself without one.
func (o operand) value(t Tree, operator string) (record.Value, bool) {
	if !o.term() {
		return record.Value{}, false
	}
	v, ok := coerce(o.field(), t)
	switch {
	case ok:
	case operator == "":
		o.errs.Add(mismatch(o.field(), o.path(), t))
	default:
		o.errs.Add(mismatch(o.field(), o.path(operator), t))
	}
	return v, ok
}

func mismatch(f *record.Field, path string, t Tree) record.FieldError {
	format := f.Type == record.Time || f.Type == record.Date || f.Type == record.UUID
	switch {
	case format && t.Kind() == jsonio.String:
		return record.FormatError(path, f.Type.String())
	case f.Type == record.JSON:
		return record.TypeError(path, "null")
	case f.Type == record.Int, f.Type == record.Number, f.Type == record.Bool:
		return record.TypeError(path, f.Type.String())
	}
	return record.TypeError(path, "string")
}
