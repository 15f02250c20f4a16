package record_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestSchemaSets(t *testing.T) {
	t.Parallel()
	s := itemSchema
	server := record.Fields(itemID, itemChanged)
	for _, c := range []struct {
		name      string
		got, want record.FieldSet
	}{
		{"Shown", s.Shown, s.All.Minus(record.Fields(itemSecret))},
		{"Creatable", s.Creatable, s.All.Minus(server)},
		{"Patchable", s.Patchable, s.All.Minus(server).Minus(record.Fields(itemTopic))},
		{"Required", s.Required, record.Fields(itemText, itemStars)},
		{"Refs", s.Refs, record.Fields(itemOwner)},
	} {
		if c.got != c.want {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
	if i, ok := s.Index("tags"); !ok || i != itemTags {
		t.Errorf("Index(tags) = %d, %t, want %d", i, ok, itemTags)
	}
	if _, ok := s.Index("nope"); ok {
		t.Error("Index(nope) finds a field")
	}
	if s.IDType() != record.Int || s.ID != itemID || s.New().Schema() != s {
		t.Error("the schema's id or its records are not its own")
	}
}

func TestMayBeAbsent(t *testing.T) {
	t.Parallel()
	for field, want := range map[int]bool{
		itemID: false, itemText: false, itemTopic: true, itemKind: false, itemStars: false, itemScore: true,
		itemAt: true, itemTags: true, itemSecret: false, itemChanged: false,
	} {
		if f := &itemSchema.Fields[field]; f.MayBeAbsent() != want {
			t.Errorf("MayBeAbsent of %s = %t, want %t", f.Name, !want, want)
		}
	}
}

func TestNewSchemaPanicsForMistakesOfAProgram(t *testing.T) {
	t.Parallel()
	many := make([]record.Field, record.MaxFields+1)
	for i := range many {
		many[i] = record.Field{Name: "f" + strconv.Itoa(i), Type: record.Int}
	}
	for _, c := range []struct {
		name, id string
		fields   []record.Field
		want     string
	}{
		{"too many fields", "", many, "more than 128"},
		{"two of one name", "", []record.Field{{Name: "a", Type: record.Int}, {Name: "a", Type: record.Int}}, "two fields a"},
		{"no id field", "id", []record.Field{{Name: "a", Type: record.Int}}, "lacks its id field id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("NewSchema panics with %q, want %q", got, c.want)
				}
			}()
			record.NewSchema("things", c.id, c.fields, nil)
		})
	}
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	topic := "a"
	m := &item{Topic: &topic, Tags: []string{"x"}, Meta: []byte(`1`)}
	c := m.Clone().(*item)
	topic, m.Tags[0], m.Meta[0] = "b", "y", '2'
	if *c.Topic != "a" || c.Tags[0] != "x" || string(c.Meta) != "1" {
		t.Errorf("clone = %s, %v, %s, changed with the original", *c.Topic, c.Tags, c.Meta)
	}
}
