package query_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

var paged = query.Rules{Schema: schema, Paginate: query.Paginate{Default: 10, Max: 100}}

// check parses a tree under rules and runs the query; nothing may panic, and
// what comes out keeps to its bounds.
func check(t *testing.T, tr query.Tree) {
	t.Helper()
	if again, err := query.ParseJSON(tr.AppendJSON(nil)); err != nil || !bytes.Equal(again.AppendJSON(nil), tr.AppendJSON(nil)) {
		t.Fatalf("tree %s reads as %s, %v", tr.AppendJSON(nil), again.AppendJSON(nil), err)
	}
	q, err := paged.Parse(tr)
	if err != nil {
		if e, ok := err.(*query.Error); !ok || e.Message == "" || e.Data != nil && !json.Valid(e.Data) {
			t.Fatalf("Parse(%s): error = %v", tr.AppendJSON(nil), refusal(err))
		}
		return
	}
	if q.Limit < 0 || q.Limit > 100 || q.Skip < 0 || !q.Count || len(q.Sort) > len(schema.Fields) || !q.Select.Minus(schema.Shown).Empty() {
		t.Fatalf("Parse(%s) = %+v, out of bounds", tr.AppendJSON(nil), q)
	}
	if n := typed(t, q.Where); n > 2000 {
		t.Fatalf("Parse(%.200s) has %d terms", tr.AppendJSON(nil), n)
	}
	list := items(t)
	for _, a := range list {
		q.Where.Match(a)
		for _, b := range list {
			if q.Compare(a, b) != -q.Compare(b, a) {
				t.Fatalf("Compare of %s is not symmetric", tr.AppendJSON(nil))
			}
		}
	}
}

// typed counts a condition's terms and holds its values against the types of
// their fields.
func typed(t *testing.T, c query.Cond) int {
	t.Helper()
	if c.Op == query.And || c.Op == query.Or {
		n := 1
		for _, sub := range c.Conds {
			n += typed(t, sub)
		}
		return n
	}
	f := &schema.Fields[c.Field]
	values := c.List
	if c.Op != query.In && c.Op != query.Nin {
		values = []record.Value{c.Value}
	}
	for _, v := range values {
		if v.IsNull() && !f.MayBeAbsent() || !v.IsNull() && (v.Kind() != f.Type.Kind() || f.Type == record.JSON) {
			t.Fatalf("%s has a value of another type", show(c))
		}
	}
	if f.WriteOnly {
		t.Fatalf("%s asks for a field that is never shown", show(c))
	}
	return 1 + len(values)
}

func FuzzParseString(f *testing.F) {
	for _, seed := range []string{
		"", "&&=", "$limit=10&$skip=5", "%24sort%5Btext%5D=-1&%24select%5B0%5D=text", "a=1&a=2&a[]=3&a[b]=4&a[7]=5",
		"stars[$in][]=1&stars[$in][]=2&text[$ne]=a%20b+c", "$or[0][stars]=1&$or[1][text]=2&$and[0][$or][0][age]=",
		"a[__proto__]=1&__proto__[b]=2&a[length]=100000000", "a[b[c[[[]]]=1", "a" + strings.Repeat("[x]", 20) + "=1",
		"a[999]=1&a[999]=2&a[1000]=3", "a=%zz&b=%C3%A9&c=\xff", "at=2024-02-29T12:00:00Z&day=2024-02-29&owner=" + lower,
		"a[b]=1&a=2&[a]=3&a[c]=4&[a]=5", "text[$regex]=a", "$foo=1", "]=[=]",
		"a[b][c]=1&a[b]=2&[a][b][d]=3&[a][b]=4&a=5&[a][x]=6&[a]=7",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tr, err := query.ParseString(src)
		if err != nil {
			return
		}
		// The root, a name, five brackets and the rest's literal key are 8 levels.
		// At each, a text beside an object adds an array; a[b] and [a][b] do so twice.
		if depth(tr) > 24 {
			t.Fatalf("ParseString(%q) nests %d levels", src, depth(tr))
		}
		check(t, tr)
	})
}

func depth(tr query.Tree) int {
	deepest := 0
	for _, value := range tr.All() {
		deepest = max(deepest, depth(value))
	}
	return deepest + 1
}

func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `{}`, `{"$limit":10,"$skip":"5","$sort":{"text":-1,"id":1},"$select":["text"]}`,
		`{"$or":[{"stars":1},{"$or":[{"text":"a"}]}],"$and":[{"age":null}]}`,
		`{"stars":{"$in":[1,2.0,"3",true],"$ne":null},"text":5,"done":0}`, `{"__proto__":{"a":1},"text":{"$regex":{}}}`,
		`{"meta":null,"tags":"x","sizes":{"$nin":[1]},"secret":1}`, `{"at":"2024-02-29T12:00:00Z","day":"","owner":"` + upper + `"}`,
		strings.Repeat(`{"$or":[`, 10) + `{}` + strings.Repeat(`]}`, 10), `{"$limit":1e400,"$skip":-1.5}`, `{"a":[[[[{"$x":1}]]]]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		tr, err := query.ParseJSON(src)
		if err != nil {
			return
		}
		check(t, tr)
	})
}
