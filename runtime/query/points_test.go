package query_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// TestPoint has the conformance points that are about queries, by their
// numbers. Those about replies are tested where replies are made.
func TestPoint(t *testing.T) {
	t.Parallel()
	for _, p := range []struct {
		name string
		test func(*testing.T)
	}{
		{"23 brackets nest, deeper than 5 they are a literal key", func(t *testing.T) {
			trees(t, "a[b][c]=1", `{"a":{"b":{"c":"1"}}}`)
			trees(t, "a[b][c][d][e][f][g]=1", `{"a":{"b":{"c":{"d":{"e":{"f":{"[g]":"1"}}}}}}}`)
		}},
		{"24 arrays in three notations, up to 1000", point24},
		{"25 dots and commas are literal", func(t *testing.T) {
			trees(t, "a.b=1&a=1,2", `{"a.b":"1","a":"1,2"}`)
		}},
		{"26 values are strings until coerced", func(t *testing.T) {
			trees(t, "stars=1&done=true&age=", `{"stars":"1","done":"true","age":""}`)
			conditions(t, "stars=1&done=true&age=", `(stars = 1 and done = true and age = null)`)
		}},
		{"27 $or by index has two clauses", func(t *testing.T) {
			trees(t, "$or[0][x]=1&$or[1][y]=2", `{"$or":[{"x":"1"},{"y":"2"}]}`)
			conditions(t, "$or[0][stars]=1&$or[1][text]=2", `(stars = 1 or text = "2")`)
		}},
		{"31 $limit=0 takes no records and counts", func(t *testing.T) { limited(t, "$limit=0", 0) }},
		{"32 $limit over max is capped", func(t *testing.T) { limited(t, "$limit=100", 5) }},
		{"33 a negative or junk $limit is the default", func(t *testing.T) {
			for _, src := range []string{"$limit=-1", "$limit=junk", "$limit=", `{"$limit":null}`, `{"$limit":[1]}`} {
				limited(t, src, 2)
			}
		}},
		{"34 without pagination there is no limit and no count", func(t *testing.T) {
			if q := parse(t, ""); q.Limit != query.NoLimit || q.Count {
				t.Errorf("Limit = %d, Count = %t, want none", q.Limit, q.Count)
			}
		}},
		{"35 an unknown filter", func(t *testing.T) {
			refused(t, "$foo=1", `Invalid filter value $foo`)
		}},
		{"36 an unknown operator, with the object that has it", func(t *testing.T) {
			refused(t, "text[$regex]=a", `Invalid query parameter $regex {"$regex":"a"}`)
		}},
		{"37 a failed validation lists what failed", point37},
		{"38 $select adds the id", func(t *testing.T) {
			if got, want := parse(t, "$select[]=text").Select, record.Fields(id, text); got != want {
				t.Errorf("Select = %v, want %v", got, want)
			}
		}},
		{"39 $sort keeps its keys' order and takes -1 as text", func(t *testing.T) {
			want := []query.Order{{Field: text, Desc: true}, {Field: id}}
			if got := parse(t, "$sort[text]=-1&$sort[id]=1").Sort; !slices.Equal(got, want) {
				t.Errorf("Sort = %v, want %v", got, want)
			}
		}},
		{"40 operators", point40},
		{"41 equality with null", func(t *testing.T) {
			matches(t, `{"age":null}`, "2 4")
			matches(t, `{"topic":null}`, "1 2")
			matches(t, `{"score":null}`, "3 4")
			refused(t, `{"text":null}`, failed(record.TypeError("/text", "string")))
		}},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.test(t)
		})
	}
}

func point24(t *testing.T) {
	for _, src := range []string{"a[]=1&a[]=2", "a=1&a=2", "a[0]=1&a[1]=2"} {
		trees(t, src, `{"a":["1","2"]}`)
	}
	many := tree(t, strings.TrimSuffix(strings.Repeat("a[]=1&", 1000), "&"))
	if a, _ := many.Get("a"); a.Kind().String() != "array" || a.Len() != 1000 {
		t.Errorf("1000 elements are an %v of %d", a.Kind(), a.Len())
	}
}

func point37(t *testing.T) {
	rules := query.Rules{Schema: schema}
	_, err := rules.Parse(tree(t, "$sort=x&stars=y"))
	e, ok := err.(*query.Error)
	if !ok || e.Message != "validation failed" {
		t.Fatalf("error = %v, want validation failed", err)
	}
	var data []struct{ InstancePath, SchemaPath, Keyword, Message string }
	if err := json.Unmarshal(e.Data, &data); err != nil {
		t.Fatalf("data %s: %v", e.Data, err)
	}
	if len(data) != 2 || data[0].InstancePath != "/$sort" || data[0].SchemaPath != "#/properties/%24sort/type" ||
		data[1].Keyword != "type" || data[1].Message != "must be integer" {
		t.Errorf("data = %s", e.Data)
	}
}

func point40(t *testing.T) {
	matches(t, "stars[$ne]=1", "2 3")
	matches(t, "stars[$nin][]=1", "2 3")
	matches(t, "stars[$in][]=1&stars[$in][]=3", "1 3 4")
	matches(t, "stars[$lt]=2", "1 4")
	matches(t, "stars[$lte]=2", "1 2 4")
	matches(t, "stars[$gt]=2", "3")
	matches(t, "stars[$gte]=2", "2 3")
	matches(t, "$or[0][id]=1&$or[1][id]=4", "1 4")
	matches(t, "$and[0][stars]=1&$and[1][id]=4", "4")
}

func trees(t *testing.T, src, want string) {
	t.Helper()
	if got := tree(t, src).AppendJSON(nil); !same(t, got, []byte(want)) {
		t.Errorf("tree of %s = %s, want %s", src, got, want)
	}
}

func conditions(t *testing.T, src, want string) {
	t.Helper()
	if got := show(parse(t, src).Where); got != want {
		t.Errorf("Parse(%s) = %s, want %s", src, got, want)
	}
}

func matches(t *testing.T, src, want string) {
	t.Helper()
	if got := matching(t, parse(t, src).Where); got != want {
		t.Errorf("Match of %s: items %q, want %q", src, got, want)
	}
}

func refused(t *testing.T, src, want string) {
	t.Helper()
	if got := refuse(t, src); got != want {
		t.Errorf("Parse(%s): error = %s, want %s", src, got, want)
	}
}

// limited parses under a default of 2 and a maximum of 5.
func limited(t *testing.T, src string, want int) {
	t.Helper()
	rules := query.Rules{Schema: schema, Paginate: query.Paginate{Default: 2, Max: 5}}
	q, err := rules.Parse(tree(t, src))
	if err != nil {
		t.Fatalf("Parse(%s): %v", src, refusal(err))
	}
	if q.Limit != want || !q.Count {
		t.Errorf("Parse(%s): Limit = %d, Count = %t, want %d, true", src, q.Limit, q.Count, want)
	}
}
