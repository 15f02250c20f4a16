package query_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// stock are the items that the cases below choose from, by id.
var stock = []string{
	`{"id":1,"text":"a","stars":1,"age":10,"score":0.5,"done":true,"at":"2024-01-01T00:00:00Z","tags":["x"],"sizes":[1]}`,
	`{"id":2,"text":"B","stars":2,"age":null,"score":1,"done":false,"at":"2024-01-02T00:00:00Z","tags":["x","y"],"sizes":[1,2]}`,
	`{"id":3,"text":"é","stars":3,"age":-1,"topic":"t","done":false,"meta":{"a":1},"tags":[],"sizes":[]}`,
	`{"id":4,"text":"","stars":1,"topic":"","done":true,"day":"2024-02-29","sizes":[3]}`,
}

func items(t testing.TB) []*item {
	t.Helper()
	list := make([]*item, len(stock))
	for i, src := range stock {
		list[i] = newItem(t, src)
	}
	return list
}

func matching(t testing.TB, where query.Cond) string {
	t.Helper()
	var ids []string
	for _, m := range items(t) {
		if where.Match(m) {
			ids = append(ids, m.Value(id).String())
		}
	}
	return strings.Join(ids, " ")
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"everything", "", "1 2 3 4"},
		{"equal", "stars=1", "1 4"},
		{"equal to what none has", "stars=9", ""},
		{"an integer and a number are one", "score=1", "2"},
		{"equal bool", "done=true", "1 4"},
		{"equal time, in another zone", "at=2024-01-01T01:00:00%2B01:00", "1"},
		{"several fields", "stars=1&done=true&text=a", "1"},
		{"not equal", "stars[$ne]=1", "2 3"},
		{"not equal includes null", "age[$ne]=10", "2 3 4"},
		{"equal to null: null and absent", `{"age":null}`, "2 4"},
		{"not equal to null", `{"age":{"$ne":null}}`, "1 3"},
		{"null JSON", `{"meta":null}`, "1 2 4"},
		{"JSON that is not null", `{"meta":{"$ne":null}}`, "3"},
		{"empty text is not null", "topic=", "4"},
		{"less, without null", "age[$lt]=100", "1 3"},
		{"less or equal", "stars[$lte]=2", "1 2 4"},
		{"greater", "stars[$gt]=1", "2 3"},
		{"greater or equal", "score[$gte]=1", "2"},
		{"a range", "stars[$gt]=1&stars[$lt]=3", "2"},
		{"less than null matches nothing", `{"age":{"$lte":null}}`, ""},
		{"text compares by bytes", "text[$gt]=Z", "1 3"},
		{"in", "stars[$in][]=3&stars[$in][]=2", "2 3"},
		{"in, with null", `{"age":{"$in":[null,10]}}`, "1 2 4"},
		{"in nothing", `{"stars":{"$in":[]}}`, ""},
		{"not in", "stars[$nin][]=3&stars[$nin][]=2", "1 4"},
		{"not in includes null", "age[$nin][]=10", "2 3 4"},
		{"not in, with null", `{"age":{"$nin":[null,10]}}`, "3"},
		{"not in nothing", `{"stars":{"$nin":[]}}`, "1 2 3 4"},
		{"or", "$or[0][stars]=3&$or[1][text]=a", "1 3"},
		{"or of nothing", `{"$or":[]}`, ""},
		{"and", "$and[0][stars]=1&$and[1][done]=true&$and[2][text][$ne]=a", "4"},
		{"or in and", `{"$and":[{"$or":[{"stars":1},{"stars":2}]},{"done":false}]}`, "2"},
		{"a list that contains", "tags=y", "2"},
		{"a list that does not contain, also null", "tags[$ne]=y", "1 3 4"},
		{"a list that contains one of", "sizes[$in][]=2&sizes[$in][]=3", "2 4"},
		{"a list that contains none of", "sizes[$nin][]=2&sizes[$nin][]=3", "1 3"},
		{"no list at all", `{"tags":null}`, "4"},
		{"some list, also an empty one", `{"tags":{"$ne":null}}`, "1 2 3"},
		{"no list, or one that contains", `{"tags":{"$in":[null,"y"]}}`, "2 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := matching(t, parse(t, c.src).Where); got != c.want {
				t.Errorf("Match of %s: items %q, want %q", c.src, got, c.want)
			}
		})
	}
}

func TestBuilders(t *testing.T) {
	t.Parallel()
	num, null := record.IntValue, record.Value{}
	one := []record.Value{num(3), num(1), num(3)}
	for _, c := range []struct {
		cond       query.Cond
		text, want string
	}{
		{query.Is(stars, num(1)), `stars = 1`, "1 4"},
		{query.IsNot(stars, num(1)), `stars != 1`, "2 3"},
		{query.IsNot(age, null), `age != null`, "1 3"},
		{query.Less(stars, num(2)), `stars < 2`, "1 4"},
		{query.AtMost(stars, num(2)), `stars <= 2`, "1 2 4"},
		{query.Greater(stars, num(2)), `stars > 2`, "3"},
		{query.AtLeast(stars, num(2)), `stars >= 2`, "2 3"},
		{query.OneOf(stars, one...), `stars in [1,3]`, "1 3 4"},
		{query.NoneOf(stars, one...), `stars not in [1,3]`, "2"},
		{query.OneOf(stars), `stars in []`, ""},
		{query.Less(tags, record.StringValue("z")), `tags < "z"`, ""},
		{query.Is(tags, record.ListValue([]record.Value{record.StringValue("x")})), `tags = ["x"]`, "1"},
		{query.Any(query.Is(id, num(1)), query.Is(id, num(3))), `(id = 1 or id = 3)`, "1 3"},
		{query.Any(query.Is(id, num(1))), `id = 1`, "1"},
		{query.Any(query.Is(id, num(1)), query.Cond{}), `()`, "1 2 3 4"},
		{query.Any(), `()`, ""},
		{query.Is(id, num(1)).And(query.Cond{}), `id = 1`, "1"},
		{query.Where(query.Is(stars, num(1)), query.Is(done, record.BoolValue(true)), query.IsNot(id, num(1))).Where, `(stars = 1 and done = true and id != 1)`, "4"},
	} {
		if got := show(c.cond); got != c.text {
			t.Errorf("condition = %s, want %s", got, c.text)
		}
		if got := matching(t, c.cond); got != c.want {
			t.Errorf("Match of %s: items %q, want %q", c.text, got, c.want)
		}
	}
	if one[0].Int() != 3 {
		t.Error("OneOf sorts the caller's values")
	}
}

func TestAndLeavesTheConditionsItJoins(t *testing.T) {
	t.Parallel()
	both := query.Is(id, record.IntValue(1)).And(query.Is(id, record.IntValue(2)))
	a := both.And(query.Is(id, record.IntValue(3)))
	b := both.And(query.Is(id, record.IntValue(4)))
	if got, want := show(a)+show(b)+show(both), `(id = 1 and id = 2 and id = 3)(id = 1 and id = 2 and id = 4)(id = 1 and id = 2)`; got != want {
		t.Errorf("conditions = %s, want %s", got, want)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"":                              "1 2 3 4",
		"$sort[id]=-1":                  "4 3 2 1",
		"$sort[text]=1":                 "4 2 1 3",
		"$sort[age]=1":                  "2 4 3 1", // null first
		"$sort[age]=-1":                 "1 3 2 4",
		"$sort[stars]=1":                "1 4 2 3", // equal ones keep their order
		"$sort[stars]=-1&$sort[id]=-1":  "3 2 4 1",
		"$sort[done]=1&$sort[score]=1":  "3 2 4 1",
		"$sort[at]=-1&$sort[topic]=-1":  "2 1 3 4",
		`{"$sort":{"day":-1,"text":1}}`: "4 2 1 3",
	} {
		list := items(t)
		q := parse(t, src)
		slices.SortStableFunc(list, func(a, b *item) int { return q.Compare(a, b) })
		var ids []string
		for _, m := range list {
			ids = append(ids, m.Value(id).String())
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("sorted by %s: %s, want %s", src, got, want)
		}
	}
}
