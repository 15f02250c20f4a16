package query_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/query"
)

func TestParseJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"nothing", "", `{}`},
		{"white space", " \r\n\t", `{}`},
		{"null", "null", `{}`},
		{"a string", `"abc"`, `{}`},
		{"an array", `[1,2]`, `{}`},
		{"a number", `1`, `{}`},
		{"types are kept", `{"a":1.50,"b":true,"c":null,"d":"1","e":[],"f":{}}`, `{"a":1.50,"b":true,"c":null,"d":"1","e":[],"f":{}}`},
		{"nesting", `{"$or":[{"a":{"$in":[1,"x",null]}}]}`, `{"$or":[{"a":{"$in":[1,"x",null]}}]}`},
		{"the last of two members, in the place of the first", `{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{"__proto__", `{"__proto__":{"a":1},"b":{"__proto__":1}}`, `{"b":{}}`},
		{"escapes", `{"\u0061\n":"\ud83d\ude00"}`, `{"a\n":"😀"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr, err := query.ParseJSON([]byte(c.src))
			if err != nil {
				t.Fatalf("ParseJSON(%s): %v", c.src, err)
			}
			if got := string(tr.AppendJSON(nil)); got != c.want {
				t.Errorf("ParseJSON(%s) = %s, want %s", c.src, got, c.want)
			}
		})
	}
}

func TestParseJSONRefusesMalformed(t *testing.T) {
	t.Parallel()
	for _, src := range []string{`{`, `{"a":}`, `{} 1`, `nul`, `x`, "{\"a\":\"\xff\"}"} {
		var syntax *jsonio.SyntaxError
		if _, err := query.ParseJSON([]byte(src)); !errors.As(err, &syntax) {
			t.Errorf("ParseJSON(%q): error = %v, want a SyntaxError", src, err)
		}
	}
	if _, err := query.ParseJSON([]byte(strings.Repeat(`{"a":`, 1000))); !errors.Is(err, jsonio.ErrDepth) {
		t.Errorf("ParseJSON of 1000 levels: error = %v, want ErrDepth", err)
	}
}

func TestParseJSONBoundsValues(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`{"a":[` + strings.Repeat(`1,`, 10_000) + `1]}`,
		`{` + strings.Repeat(`"a":[[]],`, 10_000) + `"b":1}`,
		`{"a":[` + strings.Repeat(`{"b":1},`, 300_000) + `{}]}`,
	} {
		if _, err := query.ParseJSON([]byte(src)); err == nil || refusal(err) != "Query has more than 10000 values" {
			t.Errorf("ParseJSON(%.20s…): error = %v", src, err)
		}
	}
	if _, err := query.ParseJSON([]byte(`{"a":[` + strings.Repeat(`1,`, 10_000) + `x`)); err == nil || !strings.Contains(err.Error(), "invalid JSON") {
		t.Errorf("ParseJSON of many values and a mistake: error = %v, want invalid JSON", err)
	}
}

func TestParseJSONOfManyMembers(t *testing.T) {
	t.Parallel()
	src := "{" + strings.Repeat(`"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"o":15,"p":16,"q":17,"r":18,`, 500) + `"a":0}`
	tr := tree(t, src)
	if a, ok := tr.Get("a"); tr.Len() != 18 || !ok || a.Str() != "0" {
		t.Errorf("%d members, a = %q, want 18 and 0", tr.Len(), a.Str())
	}
}

func TestTreeAccessors(t *testing.T) {
	t.Parallel()
	tr := tree(t, `{"name":"x","n":1.0,"yes":true,"none":null,"list":["a",2]}`)
	for name, want := range map[string]struct {
		kind jsonio.Kind
		text string
		len  int
	}{
		"name": {jsonio.String, "x", 0},
		"n":    {jsonio.Number, "1.0", 0},
		"yes":  {jsonio.Bool, "true", 0},
		"none": {jsonio.Null, "", 0},
		"list": {jsonio.Array, "", 2},
	} {
		got, ok := tr.Get(name)
		if !ok || got.Kind() != want.kind || got.Str() != want.text || got.Len() != want.len {
			t.Errorf("Get(%s) = %v %q %d, %t, want %v", name, got.Kind(), got.Str(), got.Len(), ok, want)
		}
	}
	if _, ok := tr.Get("other"); ok {
		t.Error("Get finds a member that is not there")
	}
	var seen []string
	list, _ := tr.Get("list")
	for name, value := range list.All() {
		seen = append(seen, name+value.Str())
	}
	for name := range tr.All() {
		if seen = append(seen, name); name == "n" {
			break
		}
	}
	if got := strings.Join(seen, " "); got != "a 2 name n" {
		t.Errorf("All yields %q, want %q", got, "a 2 name n")
	}
}

func TestZeroTreeIsTheEmptyObject(t *testing.T) {
	t.Parallel()
	var tr query.Tree
	if got := string(tr.AppendJSON(nil)); got != "{}" || tr.Kind() != jsonio.Object || tr.Len() != 0 {
		t.Errorf("zero Tree = %s of kind %v", got, tr.Kind())
	}
	if got := string(query.Text("a\"b").AppendJSON(nil)); got != `"a\"b"` {
		t.Errorf("Text as JSON = %s", got)
	}
}
