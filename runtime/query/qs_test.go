package query_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
)

// same reports whether two JSON texts have the same value.
func same(t testing.TB, a, b []byte) bool {
	t.Helper()
	var av, bv any
	for src, v := range map[*[]byte]*any{&a: &av, &b: &bv} {
		if err := json.Unmarshal(*src, v); err != nil {
			t.Fatalf("%s: %v", *src, err)
		}
	}
	return reflect.DeepEqual(av, bv)
}

func TestParseString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"nothing", "", `{}`},
		{"only separators", "&&", `{}`},
		{"leaves are strings", "a=true&b=null&c=1", `{"a":"true","b":"null","c":"1"}`},
		{"no value is the empty string", "a=&b", `{"a":"","b":""}`},
		{"a name that comes twice is an array", "a=1&a=2", `{"a":["1","2"]}`},
		{"empty brackets are an array", "a[]=1", `{"a":["1"]}`},
		{"empty brackets twice", "a[]=1&a[]=2", `{"a":["1","2"]}`},
		{"indices make an array", "a[0]=x&a[1]=y", `{"a":["x","y"]}`},
		{"indices out of order", "a[1]=y&a[0]=x", `{"a":["x","y"]}`},
		{"gaps are closed", "a[5]=x&a[900]=y", `{"a":["x","y"]}`},
		{"the highest index", "a[999]=x", `{"a":["x"]}`},
		{"an index at the limit is a key", "a[1000]=x", `{"a":{"1000":"x"}}`},
		{"brackets nest", "a[b][c]=1", `{"a":{"b":{"c":"1"}}}`},
		{"five levels", "a[b][c][d][e][f]=1", `{"a":{"b":{"c":{"d":{"e":{"f":"1"}}}}}}`},
		{"deeper levels are one key", "a[b][c][d][e][f][g][h]=1", `{"a":{"b":{"c":{"d":{"e":{"f":{"[g][h]":"1"}}}}}}}`},
		{"clauses by index", "$or[0][x]=1&$or[1][y]=2", `{"$or":[{"x":"1"},{"y":"2"}]}`},
		{"clauses without index are one", "$or[][x]=1&$or[][y]=2", `{"$or":[{"x":"1","y":"2"}]}`},
		{"dots do not nest", "a.b=1", `{"a.b":"1"}`},
		{"commas and semicolons do not split", "a=1,2&b=2;c=3", `{"a":"1,2","b":"2;c=3"}`},
		{"spaces", "a+b=c+d&e%20f=g%20h", `{"a b":"c d","e f":"g h"}`},
		{"malformed escapes stay", "a=%zz&b=%E9&c=%&d=%4", `{"a":"%zz","b":"%E9","c":"%","d":"%4"}`},
		{"one malformed escape keeps all", "a=%41%zz+%41", `{"a":"%41%zz %41"}`},
		{"UTF-8", "a=%C3%A9é", `{"a":"éé"}`},
		{"raw bytes that are no UTF-8", "a=\xff", `{"a":"\ufffd"}`},
		{"escapes of a surrogate stay", "a=%ED%A0%80", `{"a":"%ED%A0%80"}`},
		{"encoded brackets are brackets", "a%5Bb%5D=1&a%5bc%5d=2", `{"a":{"b":"1","c":"2"}}`},
		{"an object and a text", "a[b]=1&a=2", `{"a":[{"b":"1"},"2"]}`},
		{"a text and an object", "a=2&a[b]=1", `{"a":["2",{"b":"1"}]}`},
		{"an array and a key", "a[]=1&a[b]=2", `{"a":{"0":"1","b":"2"}}`},
		{"an open bracket", "a[b", `{"a":{"[b":""}}`},
		{"no index: leading zero, sign, fraction", "a[01]=1&b[-1]=2&c[1.5]=3", `{"a":{"01":"1"},"b":{"-1":"2"},"c":{"1.5":"3"}}`},
		{"a length is a key like others", "a[length]=100000000", `{"a":{"length":"100000000"}}`},
		{"no name", "=5&a=1", `{"a":"1"}`},
		{"an equals sign in a value", "a=b=c&d[e]=f=g", `{"a":"b=c","d":{"e":"f=g"}}`},
		{"__proto__", "__proto__=1&__proto__[a]=2&a[__proto__]=3&b[__proto__][c]=4", `{"a":{},"b":{}}`},
		{"names of Object's prototype", "hasOwnProperty=1&a[toString]=2&constructor[prototype]=3", `{"hasOwnProperty":"1","a":{"toString":"2"},"constructor":{"prototype":"3"}}`},
		{"a filter", "%24limit=2&%24sort%5Ba%5D=-1", `{"$limit":"2","$sort":{"a":"-1"}}`},
		{"an index as root", "[0]=a&[x]=b", `{"0":"a","x":"b"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := tree(t, c.src).AppendJSON(nil); !same(t, got, []byte(c.want)) {
				t.Errorf("ParseString(%s) = %s, want %s", c.src, got, c.want)
			}
		})
	}
}

// testdata/qs.json has queries with what qs 6.16.2 makes of them, by the
// settings allowPrototypes and arrayLimit 1000.
func TestParseStringAsQS(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/qs.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases [][2]json.RawMessage
	if err := json.Unmarshal(src, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		var raw string
		if err := json.Unmarshal(c[0], &raw); err != nil {
			t.Fatal(err)
		}
		if got := tree(t, raw).AppendJSON(nil); !same(t, got, c[1]) {
			t.Errorf("ParseString(%s) = %s, want %s", raw, got, c[1])
		}
	}
}

func TestParseStringBounds(t *testing.T) {
	t.Parallel()
	repeat := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, c := range []struct {
		name, src, member string
		want              int // length of the member, of the whole query for ""
	}{
		{"parameters behind the thousandth are dropped", repeat(1500, "p%d=1&"), "", 1000},
		{"empty ones count", strings.Repeat("&", 1000) + "a=1", "", 0},
		{"values of one name", repeat(1500, "a=%d&"), "a", 1000},
		{"elements", repeat(1500, "a[]=%d&"), "a", 1000},
		{"nested names", repeat(1500, "a[k%d]=1&"), "a", 1000},
		{"indices below and beyond the limit", repeat(999, "a[99%d]=1&"), "a", 999},
		{"100,000 brackets", "a" + strings.Repeat("[", 100_000) + "=1", "a", 1},
		{"100,000 bracket pairs", "a" + strings.Repeat("[x]", 100_000) + "=1", "a", 1},
		{"100,000 brackets in each other", "a" + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000) + "=1", "a", 1},
		{"a large length", "a[length]=100000000", "a", 1},
		{"a large index", "a[100000000]=1", "a", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr := tree(t, c.src)
			if c.member != "" {
				tr, _ = tr.Get(c.member)
			}
			if got := tr.Len(); got != c.want {
				t.Errorf("length = %d, want %d", got, c.want)
			}
		})
	}
	if _, err := query.ParseString(strings.Repeat("a", 1<<20+1)); refusal(err) != "Query string is longer than 1048576 bytes" {
		t.Errorf("ParseString of more than 1 MiB: error = %v", err)
	}
}
