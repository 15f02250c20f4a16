package storetest

import (
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// message is a record as the generator writes them, for benchmarks.
type message struct {
	ID        int64
	Text      string
	Room      int64
	Topic     *string
	Seq       float64
	CreatedAt time.Time
}

var _ record.Record = (*message)(nil)

const (
	messageID = iota
	messageText
	messageRoom
	messageTopic
	messageSeq
	messageCreatedAt
)

func newMessage() record.Record { return new(message) }

var messages = record.NewSchema("messages", "id", []record.Field{
	messageID:        {Name: "id", Type: record.Int, Auto: record.AutoID},
	messageText:      {Name: "text", Type: record.String, Required: true},
	messageRoom:      {Name: "room", Type: record.Int, Required: true, Index: true},
	messageTopic:     {Name: "topic", Type: record.String, Nullable: true},
	messageSeq:       {Name: "seq", Type: record.Number, Required: true},
	messageCreatedAt: {Name: "createdAt", Type: record.Time, Auto: record.Created, ReadOnly: true},
}, newMessage)

func (m *message) Schema() *record.Schema { return messages }

func (m *message) Value(field int) record.Value {
	switch field {
	case messageID:
		return record.IntValue(m.ID)
	case messageText:
		return record.StringValue(m.Text)
	case messageRoom:
		return record.IntValue(m.Room)
	case messageTopic:
		return record.Opt(m.Topic, record.StringValue)
	case messageSeq:
		return record.NumberValue(m.Seq)
	case messageCreatedAt:
		return record.TimeValue(m.CreatedAt)
	}
	return record.Value{}
}

func (m *message) SetValue(field int, v record.Value) {
	switch field {
	case messageID:
		m.ID = v.Int()
	case messageText:
		m.Text = v.Str()
	case messageRoom:
		m.Room = v.Int()
	case messageTopic:
		m.Topic = record.Ptr(v, record.Value.Str)
	case messageSeq:
		m.Seq = v.Num()
	case messageCreatedAt:
		m.CreatedAt = v.Time()
	}
}

func (m *message) AppendJSON(dst []byte, fields record.FieldSet) []byte {
	dst = append(dst, '{')
	for i := range fields.All() {
		dst = record.AppendValueField(dst, `"`+messages.Fields[i].Name+`":`, m.Value(i))
	}
	return record.CloseObject(dst)
}

func (m *message) Clone() record.Record {
	c := *m
	c.Topic = record.ClonePtr(m.Topic)
	return &c
}
