package query

import (
	"math"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// maxCount is the highest $limit and $skip: their sum fits an int everywhere
// that stores run.
const maxCount = math.MaxInt32

// Paginate says how many records a find returns. The zero value turns
// pagination off.
type Paginate struct {
	Default int // records without a $limit; 0 for Max
	Max     int // records at most; 0 for no bound
}

// On reports whether a find answers an envelope with the total.
func (p Paginate) On() bool { return p != Paginate{} }

// limit returns the effective limit for what $limit says, the empty Tree
// where it says nothing.
func (p Paginate) limit(t Tree) int {
	n, ok := count(t)
	switch {
	case ok && n >= 0:
	case p.Default > 0:
		n = p.Default
	case p.Max > 0:
		n = p.Max
	default:
		return NoLimit
	}
	if p.Max > 0 {
		return min(n, p.Max)
	}
	return n
}

func skip(t Tree) int {
	n, _ := count(t)
	return max(n, 0)
}

// count reads a number as JavaScript's parseInt does: the digits that a text
// begins with, a number without its fraction.
func count(t Tree) (int, bool) {
	switch t.Kind() {
	case jsonio.Number:
		f, _ := strconv.ParseFloat(t.text, 64)
		return int(max(-1, min(f, maxCount))), true
	case jsonio.String:
		return leadingInt(strings.TrimSpace(t.text))
	}
	return 0, false
}

func leadingInt(s string) (int, bool) {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 {
		return 0, false
	}
	n, i := 0, 0
	for ; i < len(digits) && digits[i] >= '0' && digits[i] <= '9'; i++ {
		n = min(n*10+int(digits[i]-'0'), maxCount)
	}
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return n, i > 0
}

// sort reads $sort. Fields without an order, lists and JSON, are unknown.
func (p *parser) sort(t Tree) []Order {
	if t.Kind() == jsonio.Null {
		return nil
	}
	if t.Kind() != jsonio.Object {
		p.errs.Add(record.TypeError("/$sort", "object"))
		return nil
	}
	orders := make([]Order, 0, min(t.Len(), record.MaxFields))
	for name, value := range t.All() {
		field, ok := p.lookup(name)
		if !ok || !ordered(&p.schema.Fields[field]) {
			p.errs.Add(record.UnknownError("/$sort", name))
			continue
		}
		switch value.Str() {
		case "1":
			orders = append(orders, Order{Field: field})
		case "-1":
			orders = append(orders, Order{Field: field, Desc: true})
		default:
			p.errs.Add(record.EnumError("/$sort/"+name, []string{"1", "-1"}))
		}
	}
	return orders
}

// selection reads $select, a list of field names or a single one.
func (p *parser) selection(t Tree) record.FieldSet {
	var set record.FieldSet
	switch t.Kind() {
	case jsonio.Null:
		return set
	case jsonio.String:
		if !p.selected(&set, t) {
			p.errs.Add(record.EnumError("/$select", p.names()))
		}
	case jsonio.Array:
		for i := range t.members {
			if !p.selected(&set, t.members[i].value) {
				p.errs.Add(record.EnumError("/$select/"+strconv.Itoa(i), p.names()))
				break // each error has all names
			}
		}
	default:
		p.errs.Add(record.TypeError("/$select", "array"))
	}
	if p.schema.ID >= 0 {
		set.Add(p.schema.ID)
	}
	return set
}

// selected adds the field to the set and reports whether there is one.
func (p *parser) selected(set *record.FieldSet, name Tree) bool {
	if name.Kind() != jsonio.String {
		return false
	}
	field, ok := p.schema.Index(name.text)
	ok = ok && p.schema.Shown.Has(field)
	if ok {
		set.Add(field)
	}
	return ok
}

// lookup finds a field that the client may ask for.
func (p *parser) lookup(name string) (int, bool) {
	field, ok := p.schema.Index(name)
	return field, ok && p.shown.Has(field)
}

func (p *parser) names() []string {
	names := make([]string, 0, len(p.schema.Fields))
	for field := range p.schema.Shown.All() {
		names = append(names, p.schema.Fields[field].Name)
	}
	return names
}
