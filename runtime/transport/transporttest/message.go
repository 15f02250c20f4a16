package transporttest

import "github.com/featherscaffold/featherscaffold/runtime/record"

// A Message is the record of all services of the app.
type Message struct {
	ID     int64
	Text   string
	Seq    *float64
	User   *string
	Secret *string
}

// The fields of Message, by number.
const (
	messageID = iota
	messageText
	messageSeq
	messageUser
	messageSecret
)

var messageSchema = record.NewSchema("messages", "id", []record.Field{
	messageID:     {Name: "id", Type: record.Int, Auto: record.AutoID, ReadOnly: true},
	messageText:   {Name: "text", Type: record.String, Required: true},
	messageSeq:    {Name: "seq", Type: record.Number, Nullable: true},
	messageUser:   {Name: "userId", Type: record.String},
	messageSecret: {Name: "secret", Type: record.String, WriteOnly: true},
}, func() record.Record { return new(Message) })

var _ record.Record = (*Message)(nil)

// Schema returns the schema of Message.
func (m *Message) Schema() *record.Schema { return messageSchema }

// Value returns the value of a field.
func (m *Message) Value(field int) record.Value {
	switch field {
	case messageID:
		return record.IntValue(m.ID)
	case messageText:
		return record.StringValue(m.Text)
	case messageSeq:
		return record.Opt(m.Seq, record.NumberValue)
	case messageUser:
		return record.Opt(m.User, record.StringValue[string])
	case messageSecret:
		return record.Opt(m.Secret, record.StringValue[string])
	}
	return record.Value{}
}

// SetValue sets a field.
func (m *Message) SetValue(field int, v record.Value) {
	switch field {
	case messageID:
		m.ID = v.Int()
	case messageText:
		m.Text = v.Str()
	case messageSeq:
		m.Seq = record.Ptr(v, record.Value.Num)
	case messageUser:
		m.User = record.Ptr(v, record.Value.Str)
	case messageSecret:
		m.Secret = record.Ptr(v, record.Value.Str)
	}
}

// AppendJSON appends the fields in the set as a JSON object.
func (m *Message) AppendJSON(dst []byte, fields record.FieldSet) []byte {
	dst = append(dst, '{')
	if fields.Has(messageID) {
		dst = record.AppendIntField(dst, `"id":`, m.ID)
	}
	if fields.Has(messageText) {
		dst = record.AppendStringField(dst, `"text":`, m.Text)
	}
	if fields.Has(messageSeq) {
		dst = record.AppendValueField(dst, `"seq":`, m.Value(messageSeq))
	}
	if fields.Has(messageUser) && m.User != nil {
		dst = record.AppendStringField(dst, `"userId":`, *m.User)
	}
	if fields.Has(messageSecret) && m.Secret != nil {
		dst = record.AppendStringField(dst, `"secret":`, *m.Secret)
	}
	return record.CloseObject(dst)
}

// Clone returns a copy.
func (m *Message) Clone() record.Record {
	c := *m
	c.Seq, c.User, c.Secret = record.ClonePtr(m.Seq), record.ClonePtr(m.User), record.ClonePtr(m.Secret)
	return &c
}
