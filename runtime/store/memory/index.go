package memory

import "github.com/featherscaffold/featherscaffold/runtime/record"

// index finds rows by the value of one field. The zero index is empty. Null is
// never in it: any number of records may lack a unique field.
type index struct {
	numbers map[int64]*row
	texts   map[string]*row
}

func (x *index) get(v record.Value) *row {
	if n, ok := number(v); ok {
		return x.numbers[n]
	}
	if s, ok := text(v); ok {
		return x.texts[s]
	}
	return nil
}

func (x *index) put(v record.Value, r *row) {
	if n, ok := number(v); ok {
		if x.numbers == nil {
			x.numbers = map[int64]*row{}
		}
		x.numbers[n] = r
	} else if s, ok := text(v); ok {
		if x.texts == nil {
			x.texts = map[string]*row{}
		}
		x.texts[s] = r
	}
}

func (x *index) remove(v record.Value) {
	if n, ok := number(v); ok {
		delete(x.numbers, n)
	} else if s, ok := text(v); ok {
		delete(x.texts, s)
	}
}

// number returns the key of a value that is kept as an integer.
func number(v record.Value) (int64, bool) {
	switch v.Kind() {
	case record.KindInt:
		return v.Int(), true
	case record.KindTime:
		return v.UnixMilli(), true
	}
	return 0, false
}

// text returns the key of a value that is kept as text.
func text(v record.Value) (string, bool) {
	switch v.Kind() {
	case record.KindNull, record.KindInt, record.KindTime:
		return "", false
	case record.KindString:
		return v.Str(), true
	}
	return string(v.AppendJSON(nil)), true
}
