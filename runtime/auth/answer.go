package auth

import (
	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An answer is what clients get for a login or a logout. As a record it has
// no fields: it is made to be written.
type answer struct {
	id      *runtime.Identity
	payload []byte          // of the token, as JSON; nil without one
	repeat  bool            // the token also stands beside the payload
	entity  []byte          // the user's key as JSON with its colon; nil to leave the user out
	shown   record.FieldSet // what the user sees of itself
}

var (
	answerSchema = record.NewSchema("authentication answer", "", nil, func() record.Record { return new(answer) })

	_ record.Record = (*answer)(nil)
)

// answer makes the answer to whoever id is.
func (a *Auth) answer(id *runtime.Identity, payload []byte) *answer {
	return &answer{id: id, payload: payload, entity: a.entity, shown: a.app.Shown(id, id.User), repeat: id.Strategy == jwtName}
}

// Schema returns a schema without fields.
func (*answer) Schema() *record.Schema { return answerSchema }

// Value returns null: there are no fields.
func (*answer) Value(int) record.Value { return record.Value{} }

// SetValue does nothing.
func (*answer) SetValue(int, record.Value) {}

// Clone returns a copy. The identity is not changed by anyone.
func (w *answer) Clone() record.Record {
	clone := *w
	return &clone
}

// AppendJSON appends the answer, whatever the fields.
func (w *answer) AppendJSON(dst []byte, _ record.FieldSet) []byte {
	dst = append(dst, '{')
	if w.id.Token != "" {
		dst = record.AppendStringField(dst, `"accessToken":`, w.id.Token)
	}
	dst = append(dst, `"authentication":{`...)
	dst = record.AppendStringField(dst, `"strategy":`, w.id.Strategy)
	if w.repeat {
		dst = record.AppendStringField(dst, `"accessToken":`, w.id.Token)
	}
	if w.payload != nil {
		dst = append(append(append(dst, `"payload":`...), w.payload...), ',')
	}
	dst = append(record.CloseObject(dst), ',')
	if w.entity != nil {
		dst = append(w.id.User.AppendJSON(append(dst, w.entity...), w.shown), ',')
	}
	return record.CloseObject(dst)
}

// entityKey returns the key of the user in answers.
func entityKey(name string) []byte {
	if name == "" {
		return nil
	}
	return append(jsonio.AppendString(nil, name), ':')
}
