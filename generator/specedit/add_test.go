package specedit_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/spec"
	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

const head = "version: 1\napp: { name: x }\n"

func TestAddedStandsWhereAPersonWouldWriteIt(t *testing.T) {
	t.Parallel()
	field := func(s *specedit.Spec) ([]byte, error) { return s.AddField("a", "pinned", "bool = false") }
	service := func(s *specedit.Spec) ([]byte, error) {
		return s.AddService(specedit.Service{Name: "tags", Fields: []specedit.Pair{{Name: "name", Type: "[string]!"}}, Publish: []string{"everybody"}})
	}
	event := func(s *specedit.Spec) ([]byte, error) {
		return s.AddEvent("a", "typing", []specedit.Pair{{Name: "room", Type: "id!"}})
	}
	method := func(s *specedit.Spec) ([]byte, error) {
		return s.AddMethod("a", specedit.Method{Name: "join", In: []specedit.Pair{{Name: "room", Type: "-> a!"}}, OutService: "a", OutList: true, Emits: "joined"})
	}
	update := func(s *specedit.Spec) ([]byte, error) {
		return s.AddStandardMethod("a", "update", []string{"find", "get"})
	}
	for _, tt := range []struct {
		name       string
		add        func(*specedit.Spec) ([]byte, error)
		text, want string
	}{
		{"a field in a block, before comments that follow", field,
			"services:\n  a:\n    fields:\n      b: string # c\n\n    # later\n    publish: []\n",
			"services:\n  a:\n    fields:\n      b: string # c\n      pinned: bool = false\n\n    # later\n    publish: []\n"},
		{"a field below aligned ones", field,
			"services:\n  a:\n    fields:\n      b:       string\n      cd:      string\n",
			"services:\n  a:\n    fields:\n      b:       string\n      cd:      string\n      pinned:  bool = false\n"},
		{"a field in braces", field,
			"services:\n  a:\n    fields: { b: 'it''s' } # }\n", "services:\n  a:\n    fields: { b: 'it''s', pinned: bool = false } # }\n"},
		{"a field in braces over lines", field,
			"services:\n  a:\n    fields: {\n      b: string # x,\n    }\n",
			"services:\n  a:\n    fields: {\n      b: string, # x,\n      pinned: bool = false\n    }\n"},
		{"a field in braces with a comma at the end", field,
			"services: { a: { fields: {\n  b: string, # x\n} } }\n", "services: { a: { fields: {\n  b: string, # x\n  pinned: bool = false,\n} } }\n"},
		{"a field in empty braces", field,
			"services: { a: { fields: {} } }\n", "services: { a: { fields: { pinned: bool = false } } }\n"},
		{"a field of a service without fields, in its place", field,
			"services:\n    a:\n        path: x\n        timestamps: true\n", "services:\n    a:\n        path: x\n        fields:\n            pinned: bool = false\n        timestamps: true\n"},
		{"a field of a service without anything", field,
			"services:\n    a: # none\n    b: {}\n", "services:\n    a: # none\n        fields:\n            pinned: bool = false\n    b: {}\n"},
		{"a field of a service without anything, in braces", field,
			"services: { a: , b: {} }\n", "services: { a: { fields: { pinned: bool = false } } , b: {} }\n"},
		{"a field after a text of several lines, with CRLF", field,
			"services:\r\n  a:\r\n    fields:\r\n      b: { type: string,\r\n  doc: x }\r\n    doc: |\r\n      # x\r\n",
			"services:\r\n  a:\r\n    fields:\r\n      b: { type: string,\r\n  doc: x }\r\n      pinned: bool = false\r\n    doc: |\r\n      # x\r\n"},
		{"a service behind others, without a break at the end", service,
			"services:\n  a: {}\n\n  b:\n    fields: { c: string }", "services:\n  a: {}\n\n  b:\n    fields: { c: string }\n\n  tags:\n    fields:\n      name: \"[string]!\"\n    publish: [everybody]"},
		{"a service in braces", service,
			"services: { a: {} }\n", "services: { a: {}, tags: { fields: { name: \"[string]!\" }, publish: [everybody] } }\n"},
		{"the first service", service,
			"services:\nstore: memory\n", "services:\n  tags:\n    fields:\n      name: \"[string]!\"\n    publish: [everybody]\nstore: memory\n"},
		{"an event", event,
			"services:\n  a:\n    publish: []\n", "services:\n  a:\n    publish: []\n    events:\n      typing: { room: id! }\n"},
		{"a second event", event,
			"services:\n  a:\n    events: { x: { y: id } }\n", "services:\n  a:\n    events: { x: { y: id }, typing: { room: id! } }\n"},
		{"a custom method", method,
			"services:\n  a:\n    custom:\n      x: {}\n", "services:\n  a:\n    custom:\n      x: {}\n      join: { in: { room: -> a! }, out: [a], emits: joined }\n"},
		{"a standard method, without a list", update, "services:\n  a:\n    store: none\n", "services:\n  a:\n    store: none\n    methods: [find, get, update]\n"},
		{"a standard method, to a list", update, "services: { a: { methods: [get] } }\n", "services: { a: { methods: [get, update] } }\n"},
		{"a standard method, to an empty list", update, "services: { a: { methods: [] } }\n", "services: { a: { methods: [update] } }\n"},
		{"a standard method, to a list in lines", update, "services:\n  a:\n    methods:\n    - get # x\n", "services:\n  a:\n    methods:\n    - get # x\n    - update\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, diags := specedit.Open("x", []byte(head+tt.text))
			if s == nil {
				t.Fatal(diags.All())
			}
			got, err := tt.add(s)
			if err != nil || string(got) != head+tt.want {
				t.Errorf("got error %v and\n%s\nwant\n%s", err, got, head+tt.want)
			}
		})
	}
}

func TestWhatCanNotBeAddedIsAnError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"services: { b: {} }", `there is no service "a"; there are b`},
		{"services: { a: { fields: { b: int } } }", `service "a" has a field "b" already`},
		{"services: { a: { fields: [] } }", "services.a.fields is not written as a mapping (name: value)"},
		{"services:\n  a: ~\n", "services.a.fields is not written as a mapping (name: value)"},
		{"services:\n  ? a\n  : fields:\n     ? x\n     : int\n  b: { }\n", ""},
	} {
		s, _ := specedit.Open("x", []byte(head+tt.text))
		_, err := s.AddField("a", "b", "int")
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || err.Error() != tt.want) {
			t.Errorf("AddField to %s: error %v, want %q", tt.text, err, tt.want)
		}
	}
}

// TestAddingInsertsAndNoMore adds to random specs. What was there stays byte
// for byte, and the spec says what it said, and what was added.
func TestAddingInsertsAndNoMore(t *testing.T) {
	t.Parallel()
	n := 400
	if testing.Short() {
		n = 300
	}
	for seed := range uint64(n) {
		r := rand.New(rand.NewPCG(seed, 7))
		text := randomSpec(r)
		before, diags := spec.Parse("x", []byte(text))
		if diags.HasErrors() {
			t.Fatalf("seed %d: %v\n%s", seed, diags.All()[0], text)
		}
		s, _ := specedit.Open("x", []byte(text))
		i := r.IntN(len(before.Services))
		service := before.Services[i].Name.Value
		kind := r.IntN(4)
		types := []string{"string(..5)?", "-> s0!", "[id]!", "bool = false", "string = 'a, b'", `json = {"a": 1}`, "int = -1"}
		field := specedit.Pair{Name: "added", Type: types[r.IntN(len(types))]}
		out, err := [](func() ([]byte, error)){
			func() ([]byte, error) { return s.AddField(service, field.Name, field.Type) },
			func() ([]byte, error) { return s.AddEvent(service, "added", []specedit.Pair{field}) },
			func() ([]byte, error) {
				return s.AddMethod(service, specedit.Method{Name: "added", In: []specedit.Pair{field}})
			},
			func() ([]byte, error) {
				return s.AddService(specedit.Service{Name: "added", Fields: []specedit.Pair{field}})
			},
		}[kind]()
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		checkInserted(t, seed, text, string(out))
		after, diags := spec.Parse("x", out)
		if diags.HasErrors() {
			t.Fatalf("seed %d: %v\n%s", seed, diags.All()[0], out)
		}
		fields := remove(after, kind, i)
		if got, want := dump(after), dump(before); got != want {
			t.Fatalf("seed %d: without what was added, the spec says\n%s\nwant\n%s\n%s", seed, got, want, out)
		}
		alone, _ := spec.Parse("x", []byte("version: 1\napp: { name: x }\nservices:\n  a:\n    fields:\n      added: '"+strings.ReplaceAll(field.Type, "'", "''")+"'\n"))
		if got, want := dump(fields), dump(alone.Services[0].Fields); got != want {
			t.Fatalf("seed %d: added %s, want %s\n%s", seed, got, want, out)
		}
	}
}

// remove takes what was added from the syntax and returns its fields.
func remove(f *spec.File, kind, i int) (fields []*spec.Field) {
	s := f.Services[i]
	switch kind {
	case 0:
		n := len(s.Fields) - 1
		fields, s.Fields = s.Fields[n:], s.Fields[:n]
	case 1:
		n := len(s.Events) - 1
		fields, s.Events = s.Events[n].Fields, s.Events[:n]
	case 2:
		n := len(s.Custom) - 1
		fields, s.Custom = s.Custom[n].In, s.Custom[:n]
	case 3:
		n := len(f.Services) - 1
		fields, f.Services = f.Services[n].Fields, f.Services[:n]
	}
	return fields
}

// checkInserted checks that out is text with one piece more, or with a comma
// and a piece.
func checkInserted(t *testing.T, seed uint64, text, out string) {
	t.Helper()
	before, after := 0, 0
	for before < len(text) && text[before] == out[before] {
		before++
	}
	for after < len(text) && text[len(text)-1-after] == out[len(out)-1-after] {
		after++
	}
	if before+after >= len(text) {
		return
	}
	rest := out[before:]
	if middle := text[before : len(text)-after]; !strings.HasPrefix(rest, ","+middle) {
		t.Fatalf("seed %d: more than inserted:\n%s\nbecame\n%s", seed, text, out)
	}
}

// dump writes syntax without its places.
func dump(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v))
	return b.String()
}

func write(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			write(b, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			write(b, v.Index(i))
			b.WriteByte(';')
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Type != reflect.TypeFor[spec.Span]() {
				b.WriteString(f.Name + "=")
				write(b, v.Field(i))
				b.WriteByte('\n')
			}
		}
	default:
		fmt.Fprint(b, v.Interface())
	}
}

func FuzzAddField(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randomSpec(rand.New(rand.NewPCG(seed, 1))), "added", "string!")
	}
	f.Add("services: {s0, a}\n", "x: y", "\"")
	f.Fuzz(func(t *testing.T, text, name, typ string) {
		s, _ := specedit.Open("x", []byte(text))
		if s == nil {
			return
		}
		out, err := s.AddField("s0", name, typ)
		if err != nil {
			return
		}
		again, diags := specedit.Open("x", out)
		if again == nil {
			t.Fatalf("AddField(%q, %q) to %q gives %q: %v", name, typ, text, out, diags.All())
		}
		if _, err := again.AddField("s0", name, typ); err == nil {
			t.Errorf("AddField(%q, %q) to %q gives %q, where it is not found", name, typ, text, out)
		}
	})
}
