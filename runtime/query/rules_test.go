package query_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestParseConditions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"nothing", "", `()`},
		{"one field", "stars=5", `stars = 5`},
		{"several fields", "stars=5&text=a", `(stars = 5 and text = "a")`},
		{"every operator", "stars[$ne]=1&stars[$lt]=2&stars[$lte]=3&stars[$gt]=4&stars[$gte]=5", `(stars != 1 and stars < 2 and stars <= 3 and stars > 4 and stars >= 5)`},
		{"lists, sorted and without doubles", "stars[$in][]=3&stars[$in][]=1&stars[$in][]=3&text[$nin][0]=b", `(stars in [1,3] and text not in ["b"])`},
		{"an empty list", `{"stars":{"$in":[]},"text":{"$nin":[]}}`, `(stars in [] and text not in [])`},
		{"null in a list", `{"age":{"$in":[1,null]}}`, `age in [null,1]`},
		{"$or", "$or[0][stars]=1&$or[1][text]=a", `(stars = 1 or text = "a")`},
		{"$or of one", "$or[0][stars]=1", `stars = 1`},
		{"$or of nothing, which nothing matches", `{"$or":[]}`, `()`},
		{"$or of everything, which says nothing", `{"$or":[{"stars":1},{}],"text":"a"}`, `text = "a"`},
		{"$and", "$and[0][stars]=1&$and[1][text]=a", `(stars = 1 and text = "a")`},
		{"$and of nothing", `{"$and":[{},{}]}`, `()`},
		{"$or in $and", `{"$and":[{"$or":[{"stars":1},{"stars":2}]},{"text":"a"}]}`, `((stars = 1 or stars = 2) and text = "a")`},
		{"$or in $or", `{"$or":[{"$or":[{"stars":1},{"stars":2}]},{"text":"a","age":3}]}`, `((stars = 1 or stars = 2) or (text = "a" and age = 3))`},
		{"all together", "stars=1&$or[0][age]=2&$or[1][age]=3&$and[0][text]=a&$limit=1", `(stars = 1 and (age = 2 or age = 3) and text = "a")`},
		{"a list that contains", "tags=x&sizes[$in][]=1", `(tags = "x" and sizes in [1])`},
		{"a list that does not contain", "tags[$ne]=x&tags[$nin][]=y", `(tags != "x" and tags not in ["y"])`},
		{"JSON that is null, or not", `{"meta":null,"$or":[{"meta":{"$ne":null}}]}`, `(meta = null and meta != null)`},
		{"JSON that is null, from a REST client", `meta=`, `meta = null`},
		{"the id", "id=7", `id = 7`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := show(parse(t, c.src).Where); got != c.want {
				t.Errorf("Parse(%s) = %s, want %s", c.src, got, c.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"an unknown filter", "$foo=1", `Invalid filter value $foo`},
		{"an operator as a filter", "$in[]=1", `Invalid filter value $in`},
		{"an unknown filter before other errors", "nope=1&$foo=1", `Invalid filter value $foo`},
		{"an unknown operator", "text[$regex]=a", `Invalid query parameter $regex {"$regex":"a"}`},
		{"an unknown operator among known ones", `{"stars":{"$gt":1,"$mod":[2,0]}}`, `Invalid query parameter $mod {"$gt":1,"$mod":[2,0]}`},
		{"an unknown operator of an unknown field, which is not repeated", "nope[$regex]=a", `Invalid query parameter $regex`},
		{"an unknown operator in a clause", `{"$or":[{"text":{"$regex":"a"}}]}`, `Invalid query parameter $regex {"$regex":"a"}`},
		{"an unknown operator as a clause", `{"$or":[{"text":"a","$regex":"a"}]}`, `Invalid query parameter $regex {"text":"a","$regex":"a"}`},
		{"an unknown operator in an array", `{"text":[{"$regex":"a"}]}`, `Invalid query parameter $regex {"$regex":"a"}`},
		{"an unknown operator in the array of another", `{"text":{"$in":[{"$regex":"a"}]}}`, `Invalid query parameter $regex {"$regex":"a"}`},
		{"an unknown operator in an array of clauses", `{"$or":[[{"$regex":"a"}]]}`, `Invalid query parameter $regex {"$regex":"a"}`},
		{"$or below a field", `{"text":{"$or":[]}}`, `Invalid query parameter $or {"$or":[]}`},
		{"$and in $or", `{"$or":[{"$and":[]}]}`, `Invalid query parameter $and {"$and":[]}`},
		{"$and in $and", `{"$and":[{"$and":[]}]}`, `Invalid query parameter $and {"$and":[]}`},
		{"$limit in $or", `{"$or":[{"$limit":1}]}`, `Invalid query parameter $limit {"$limit":1}`},
		{"$or that is no array", "$or[x]=1", failed(record.TypeError("/$or", "array"))},
		{"$or that is a text", "$or=", failed(record.TypeError("/$or", "array"))},
		{"$and that is null", `{"$and":null}`, failed(record.TypeError("/$and", "array"))},
		{"a clause that is no object", "$or[]=1", failed(record.TypeError("/$or/0", "object"))},
		{"an unknown field", "nope=1", failed(record.UnknownError("", "nope"))},
		{"an unknown field in a clause", `{"$and":[{},{"$or":[{"nope":1}]}]}`, failed(record.UnknownError("/$and/1/$or/0", "nope"))},
		{"a field that is never shown", "secret=x", failed(record.UnknownError("", "secret"))},
		{"a dotted field", "meta.a=1", failed(record.UnknownError("", "meta.a"))},
		{"an empty object", `{"id":{}}`, failed(record.TypeError("/id", "integer"))},
		{"a key that is no operator", "text[a]=1", failed(record.UnknownError("/text", "a"))},
		{"an array for a scalar", "text=a&text=b", failed(record.TypeError("/text", "string"))},
		{"an array for a list", "tags[]=a", failed(record.TypeError("/tags", "string"))},
		{"a scalar for $in", "stars[$in]=1", failed(record.TypeError("/stars/$in", "array"))},
		{"an object for $in", `{"stars":{"$in":{}}}`, failed(record.TypeError("/stars/$in", "array"))},
		{"an element of another type", "stars[$in][]=1&stars[$in][]=x", failed(record.TypeError("/stars/$in/1", "integer"))},
		{"an object for an operator", `{"stars":{"$gt":{"$gt":1}}}`, failed(record.TypeError("/stars/$gt", "integer"))},
		{"an order of lists", "tags[$gt]=a", failed(record.UnknownError("/tags", "$gt"))},
		{"an order of JSON", "meta[$lt]=1", failed(record.UnknownError("/meta", "$lt"))},
		{"JSON compared with more than null", "meta=1", failed(record.TypeError("/meta", "null"))},
		{"JSON compared with an object", `{"meta":{"a":1}}`, failed(record.UnknownError("/meta", "a"))},
		{"a value in a clause", `{"$or":[{},{"stars":{"$ne":"x"}}]}`, failed(record.TypeError("/$or/1/stars/$ne", "integer"))},
		{"everything that is wrong", "nope=1&stars=x", "validation failed " + string(record.FieldErrors{
			record.UnknownError("", "nope"), record.TypeError("/stars", "integer")}.AppendJSON(nil))},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := refuse(t, c.src); got != c.want {
				t.Errorf("Parse(%s):\n got %s\nwant %s", c.src, got, c.want)
			}
		})
	}
}

func TestParseBounds(t *testing.T) {
	t.Parallel()
	nested := func(levels int) string {
		return strings.Repeat(`{"$or":[`, levels) + `{"stars":1}` + strings.Repeat(`]}`, levels)
	}
	list := func(n int) string { return "[" + strings.Repeat("1,", n-1) + "1]" }
	parse(t, nested(8))
	parse(t, `{"stars":{"$in":`+list(1000)+`}}`)
	for _, c := range []struct{ name, src, want string }{
		{"nesting", nested(9), "Query nests $or more than 8 levels deep"},
		{"deep nesting", nested(60), "Query nests $or more than 8 levels deep"},
		{"a long list", `{"stars":{"$in":` + list(1001) + `}}`, "Query has more than 1000 conditions"},
		{"two lists", `{"stars":{"$in":` + list(600) + `},"age":{"$nin":` + list(600) + `}}`, "Query has more than 1000 conditions"},
		{"many clauses", `{"$and":[` + strings.Repeat(`{},`, 1000) + `{}]}`, "Query has more than 1000 conditions"},
		{"many clauses that are none", `{"$or":` + list(9_000) + `}`, "Query has more than 1000 conditions"},
	} {
		if got := refuse(t, c.src); got != c.want {
			t.Errorf("%s: error = %.200s, want %s", c.name, got, c.want)
		}
	}
	many := "{"
	for i := range 1000 {
		many += fmt.Sprintf(`"x%d":1,`, i)
	}
	if got := strings.Count(refuse(t, many+`"y":1}`), "instancePath"); got != 32 {
		t.Errorf("1001 unknown fields: %d errors, want 32", got)
	}
}

func TestParseMakesAQueryOfItsOwn(t *testing.T) {
	t.Parallel()
	rules := query.Rules{Schema: schema}
	for _, src := range []string{"", "$limit=1"} {
		tr := tree(t, src)
		first, err := rules.Parse(tr)
		if err != nil {
			t.Fatal(err)
		}
		first.And(query.Is(text, record.StringValue("mine")))
		second, err := rules.Parse(tr)
		if err != nil || !second.Where.True() {
			t.Errorf("Parse(%q) = %s, %v after the first one was narrowed", src, show(second.Where), err)
		}
	}
}
