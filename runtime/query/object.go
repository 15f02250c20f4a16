package query

// proto is the member name that no object takes, as qs drops it too: JavaScript
// code that the query may reach would change an object's prototype by it.
const proto = "__proto__"

// linear is the number of members up to which a search looks at each of them.
const linear = 16

type member[V any] struct {
	name  string
	value V
}

// An object is an object under construction. Its members keep the order in
// which they came.
type object[V any] struct {
	members []member[V]
	index   map[string]int // nil up to linear members
}

// find returns the place of the member, or -1.
func (o *object[V]) find(name string) int {
	if o.index != nil {
		if i, ok := o.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range o.members {
		if o.members[i].name == name {
			return i
		}
	}
	return -1
}

// set gives the member its value, a new member at the end.
func (o *object[V]) set(name string, value V) {
	if i := o.find(name); i >= 0 {
		o.members[i].value = value
		return
	}
	o.members = append(o.members, member[V]{name, value})
	switch n := len(o.members); {
	case o.index != nil:
		o.index[name] = n - 1
	case n > linear:
		o.index = make(map[string]int, 2*n)
		for i := range o.members {
			o.index[o.members[i].name] = i
		}
	}
}
