package schema_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/schema"
)

// describe writes changes as lines: kind, what before, what after, what is lost.
func describe(changes []schema.Change) string {
	var b strings.Builder
	for _, c := range changes {
		place := func(s *schema.Service, f *schema.Field) string {
			switch {
			case s == nil:
				return "-"
			case f == nil:
				return s.Table
			}
			return s.Table + "." + f.Name
		}
		fmt.Fprintf(&b, "%s %s %s", c.Kind, place(c.Old, c.OldField), place(c.New, c.NewField))
		if c.Index != nil {
			fmt.Fprintf(&b, " %v", c.Index)
		}
		if c.Destructive() {
			b.WriteString(": " + c.Loses)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func rooms(rest string) string { return "services:\n  rooms: { publish: nobody, " + rest + " }\n" }

func TestDiff(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ before, after, want string }{
		"nothing": {rooms("fields: { a: int }"), rooms("fields: { a: int }"), ""},
		"a new service": {rooms("fields: { a: int }"), rooms("fields: { a: int }") + "  users: { publish: nobody }\n",
			"add table - users\n"},
		"a service that is gone": {rooms("fields: { a: int }") + "  users: { publish: nobody }\n", rooms("fields: { a: int }"),
			"drop table users -: its records\n"},
		"a moved service": {rooms("fields: { a: int }"),
			"moved: [{ service: { from: rooms, to: halls } }]\nservices:\n  halls: { publish: nobody, fields: { a: int } }\n",
			"rename table rooms halls\n"},
		"a service that keeps its path": {rooms("fields: { a: int }"),
			"moved: [{ service: { from: rooms, to: halls } }]\nservices:\n  halls: { path: rooms, publish: nobody, fields: { a: int } }\n", ""},
		"another path": {rooms("fields: { a: int }"), rooms("path: halls, fields: { a: int }"), "rename table rooms halls: its records stay in the table rooms until that is renamed in the database\n"},
		"a moved field with its indexes": {rooms("fields: { a: string index, b: int }, index: [[a, b], [b]]"),
			"moved: [{ field: { service: rooms, from: a, to: c } }]\n" + rooms("fields: { c: string index, b: int }, index: [[c, b], [b]]"),
			"rename column rooms.a rooms.c\n"},
		"a reference to a moved service": {rooms("fields: { u: -> users }") + "  users: { publish: nobody }\n",
			"moved: [{ service: { from: users, to: people } }]\n" + rooms("fields: { u: -> people }") + "  people: { publish: nobody }\n",
			"rename table users people\n"},
		"a field of a moved service": {rooms("fields: { a: int }"),
			"moved: [{ service: { from: rooms, to: halls } }, { field: { service: rooms, from: a, to: b } }]\nservices:\n  halls: { publish: nobody, fields: { b: number } }\n",
			"rename table rooms halls\nrename column rooms.a halls.b\nalter column rooms.a halls.b\n"},
		"fields come and go": {rooms("fields: { a: int }, index: [[a]]"), rooms("fields: { b: int, c: int!, d: int = 1, e: bool! }, timestamps: true, index: [[b, c]]"),
			"drop index rooms rooms [a]\ndrop column rooms.a rooms: the values in it\nadd column rooms rooms.b\n" +
				"add column rooms rooms.c: records that are there have no value for it, and it is required\nadd column rooms rooms.createdAt\n" +
				"add column rooms rooms.d\nadd column rooms rooms.e: records that are there have no value for it, and it is required\n" +
				"add column rooms rooms.updatedAt\nadd index rooms rooms [b c]\n"},
		"an id of another name": {rooms("fields: { a: int }"), rooms("id: no, fields: { a: int }"), "rename column rooms.id rooms.no\n"},
		"an id of another type": {rooms("fields: { a: int }"), rooms("id: { type: uuid }, fields: { a: int }"),
			"alter column rooms.id rooms.id: not every int is a uuid\n"},
		"a wider type":    {rooms("fields: { a: int!, b: email!, c: \"[uuid]\" }"), rooms("fields: { a: number!, b: text!, c: \"[string]\" }"), "alter column rooms.a rooms.a\nalter column rooms.b rooms.b\nalter column rooms.c rooms.c\n"},
		"a narrower type": {rooms("fields: { a: number! }"), rooms("fields: { a: int! }"), "alter column rooms.a rooms.a: not every number is an int\n"},
		"a list":          {rooms("fields: { a: string! }"), rooms("fields: { a: \"[string]!\" }"), "alter column rooms.a rooms.a: not every string is a [string]\n"},
		"fewer values":    {rooms("fields: { a: enum(x|y|z)! }"), rooms("fields: { a: enum(y)! }"), "alter column rooms.a rooms.a: records may have x or z\n"},
		"more values":     {rooms("fields: { a: enum(x)! }"), rooms("fields: { a: enum(y|x)! }"), "alter column rooms.a rooms.a\n"},
		"unique and required": {rooms("fields: { a: int }"), rooms("fields: { a: int! unique }"),
			"alter column rooms.a rooms.a: records may lack it, and it is required now; two records may have the same value, and it is unique now\n"},
		"less than unique and required": {rooms("fields: { a: int! unique }"), rooms("fields: { a: int index }"), "alter column rooms.a rooms.a\n"},
		"a default":                     {rooms("fields: { a: int }"), rooms("fields: { a: int = 3 }"), "alter column rooms.a rooms.a\n"},
		"another service":               {rooms("fields: { a: -> rooms }") + "  users: { publish: nobody }\n", rooms("fields: { a: -> users }") + "  users: { publish: nobody }\n", "alter column rooms.a rooms.a: its ids are of rooms, not of users\n"},
		"a store of its own":            {rooms("fields: { a: int }, store: memory"), rooms("fields: { a: int }"), "add table - rooms\n"},
		"no store any more":             {rooms("fields: { a: int }"), rooms("fields: { a: int }, store: memory"), "drop table rooms -: its records stay behind in sqlite, where nothing reads them\n"},
		"memory loses nothing":          {rooms("fields: { a: int }, store: memory"), rooms("fields: { b: int! }, store: memory"), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, _ := build(t, tt.before)
			after, moved := build(t, tt.after)
			moves := schema.Moves(before, after, moved)
			if got := describe(schema.Diff(before, after, moves)); got != tt.want {
				t.Errorf("Diff:\n%swant\n%s", got, tt.want)
			}
			if again := schema.Moves(after, after, moved); len(again) > 0 {
				t.Errorf("followed already, and moved again: %v", again)
			}
		})
	}
}

func TestMovesAreFollowedFromAnyNameOfAChain(t *testing.T) {
	t.Parallel()
	chain := "moved: [{ service: { from: a, to: b } }, { service: { from: b, to: c } }]\n"
	after, moved := build(t, chain+"services: { c: { publish: nobody } }\n")
	for from, want := range map[string]string{"a": "a to c", "b": "b to c", "c": "", "d": ""} {
		before, _ := build(t, "services: { "+from+": { publish: nobody } }\n")
		got := ""
		for _, m := range schema.Moves(before, after, moved) {
			got += m.From + " to " + m.To
		}
		if got != want {
			t.Errorf("moves of a project with %s: %q, want %q", from, got, want)
		}
	}
}

func TestGuesses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ before, after, want string }{
		"a service with the same fields": {rooms("fields: { a: int, b: string }"), "services: { halls: { publish: nobody, fields: { b: text, a: int } } }\n", ""},
		"a service with fields of the same types": {rooms("fields: { a: int, b: string }"), "services: { halls: { publish: nobody, fields: { b: string, a: int } } }\n",
			"- service: { from: rooms, to: halls }"},
		"two services that could be it": {rooms("fields: { a: int }"), "services: { x: { publish: nobody, fields: { a: int } }, y: { publish: nobody, fields: { a: int } } }\n", ""},
		"a field of the same type":      {rooms("fields: { a: int, c: int }"), rooms("fields: { b: int, c: int }"), "- field: { service: rooms, from: a, to: b }"},
		"two fields that could be it":   {rooms("fields: { a: int }"), rooms("fields: { b: int, c: int }"), ""},
		"a field of another type":       {rooms("fields: { a: int }"), rooms("fields: { b: string }"), ""},
		"a field that is moved":         {rooms("fields: { a: int }"), "moved: [{ field: { service: rooms, from: a, to: b } }]\n" + rooms("fields: { b: int }"), ""},
		"a method and an event": {rooms("custom: { join: {} }, events: { typing: { a: int } }"), rooms("custom: { enter: {} }, events: { writing: { a: int } }"),
			"- method: { service: rooms, from: join, to: enter }\n- event: { service: rooms, from: typing, to: writing }"},
		"methods of a service without fields": {rooms("custom: { join: {} }"), "services: { halls: { publish: nobody, custom: { join: {} } } }\n", "- service: { from: rooms, to: halls }"},
		"nothing":                             {rooms("fields: { a: int }"), rooms("fields: { a: int, b: int }"), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, _ := build(t, tt.before)
			after, moved := build(t, tt.after)
			var got []string
			for _, g := range schema.Guesses(before, after, schema.Moves(before, after, moved)) {
				got = append(got, g.Entry())
			}
			if want := strings.Fields(tt.want); !slices.Equal(strings.Fields(strings.Join(got, " ")), want) {
				t.Errorf("Guesses = %q, want %q", got, tt.want)
			}
		})
	}
}
