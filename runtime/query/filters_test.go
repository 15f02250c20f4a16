package query_test

import (
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	off, two, capped, low, bound := query.Paginate{}, query.Paginate{Default: 2}, query.Paginate{Default: 2, Max: 4},
		query.Paginate{Default: 5, Max: 2}, query.Paginate{Max: 3}
	for _, c := range []struct {
		paginate query.Paginate
		src      string
		want     int
	}{
		{off, "", query.NoLimit},
		{off, "$limit=10", 10},
		{off, "$limit=0", 0},
		{off, "$limit=-1", query.NoLimit},
		{off, "$limit=x", query.NoLimit},
		{two, "", 2},
		{two, "$limit=10", 10},
		{two, "$limit=0", 0},
		{two, "$limit=-5", 2},
		{two, "$limit=", 2},
		{two, "$limit[a]=1", 2},
		{two, "$limit=1&$limit=2", 2},
		{two, "$limit= 3 ", 3},
		{two, "$limit=%2B3", 3},
		{two, "$limit=%2B-3", 2},
		{two, "$limit=-", 2},
		{two, "$limit=1.7", 1},
		{two, "$limit=3x", 3},
		{two, `{"$limit":null}`, 2},
		{two, `{"$limit":1.7}`, 1},
		{two, `{"$limit":-0.5}`, 0},
		{two, `{"$limit":-1e400}`, 2},
		{two, `{"$limit":1e400}`, 1<<31 - 1},
		{two, `{"$limit":true}`, 2},
		{two, "$limit=99999999999999999999999999", 1<<31 - 1},
		{two, "$limit=-99999999999999999999999999", 2},
		{capped, "", 2},
		{capped, "$limit=10", 4},
		{capped, "$limit=3", 3},
		{low, "", 2},
		{low, "$limit=10", 2},
		{low, "$limit=junk", 2},
		{bound, "", 3},
		{bound, "$limit=2", 2},
		{bound, "$limit=9", 3},
	} {
		rules := query.Rules{Schema: schema, Paginate: c.paginate}
		q, err := rules.Parse(tree(t, c.src))
		if err != nil {
			t.Errorf("Parse(%s): %v", c.src, err)
			continue
		}
		if q.Limit != c.want || q.Count != c.paginate.On() {
			t.Errorf("Parse(%s) under %+v: Limit = %d, Count = %t, want %d, %t", c.src, c.paginate, q.Limit, q.Count, c.want, c.paginate.On())
		}
	}
}

func TestSkip(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]int{
		"":                      0,
		"$skip=5":               5,
		"$skip=-5":              0,
		"$skip=x":               0,
		"$skip=":                0,
		"$skip[]=1":             0,
		`{"$skip":2.9}`:         2,
		`{"$skip":-1}`:          0,
		`{"$skip":null}`:        0,
		`{"$skip":"3"}`:         3,
		"$skip=999999999999999": 1<<31 - 1,
	} {
		if got := parse(t, src).Skip; got != want {
			t.Errorf("Parse(%s): Skip = %d, want %d", src, got, want)
		}
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src  string
		want []query.Order
	}{
		{"$sort[text]=1", []query.Order{{Field: text}}},
		{"$sort[text]=-1&$sort[id]=1", []query.Order{{Field: text, Desc: true}, {Field: id}}},
		{`{"$sort":{"stars":-1,"at":1,"owner":1,"done":-1}}`, []query.Order{{Field: stars, Desc: true}, {Field: at}, {Field: owner}, {Field: done, Desc: true}}},
		{`{"$sort":{}}`, nil},
		{`{"$sort":null}`, nil},
	} {
		if got := parse(t, c.src).Sort; !slices.Equal(got, c.want) {
			t.Errorf("Parse(%s): Sort = %v, want %v", c.src, got, c.want)
		}
	}
	for src, want := range map[string]record.FieldError{
		"$sort=text":              record.TypeError("/$sort", "object"),
		"$sort=":                  record.TypeError("/$sort", "object"),
		"$sort[]=text":            record.TypeError("/$sort", "object"),
		"$sort[nope]=1":           record.UnknownError("/$sort", "nope"),
		"$sort[secret]=1":         record.UnknownError("/$sort", "secret"),
		"$sort[tags]=1":           record.UnknownError("/$sort", "tags"),
		"$sort[meta]=1":           record.UnknownError("/$sort", "meta"),
		"$sort[text]=asc":         record.EnumError("/$sort/text", []string{"1", "-1"}),
		"$sort[text][a]=1":        record.EnumError("/$sort/text", []string{"1", "-1"}),
		`{"$sort":{"text":0}}`:    record.EnumError("/$sort/text", []string{"1", "-1"}),
		`{"$sort":{"text":null}}`: record.EnumError("/$sort/text", []string{"1", "-1"}),
	} {
		if got := refuse(t, src); got != failed(want) {
			t.Errorf("Parse(%s):\n got %s\nwant %s", src, got, failed(want))
		}
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]record.FieldSet{
		"":                           {},
		"$select[]=text":             record.Fields(id, text),
		"$select=text&$select=stars": record.Fields(id, text, stars),
		"$select=text":               record.Fields(id, text),
		`{"$select":["id","text"]}`:  record.Fields(id, text),
		`{"$select":[]}`:             record.Fields(id),
		`{"$select":null}`:           {},
	} {
		if got := parse(t, src).Select; got != want {
			t.Errorf("Parse(%s): Select = %v, want %v", src, got, want)
		}
	}
	shown := []string{"id", "text", "topic", "stars", "age", "score", "done", "ready", "at", "day", "owner", "meta", "tags", "sizes"}
	for src, want := range map[string]record.FieldError{
		"$select[]=nope":              record.EnumError("/$select/0", shown),
		"$select[]=id&$select[]=nope": record.EnumError("/$select/1", shown),
		"$select=secret":              record.EnumError("/$select", shown),
		"$select=":                    record.EnumError("/$select", shown),
		"$select[a]=id":               record.TypeError("/$select", "array"),
		`{"$select":1}`:               record.TypeError("/$select", "array"),
		`{"$select":[["id"]]}`:        record.EnumError("/$select/0", shown),
	} {
		if got := refuse(t, src); got != failed(want) {
			t.Errorf("Parse(%s):\n got %s\nwant %s", src, got, failed(want))
		}
	}
}

func TestSelectOfRecordsWithoutID(t *testing.T) {
	t.Parallel()
	plain := record.NewSchema("plain", "", []record.Field{{Name: "a", Type: record.Int}, {Name: "b", Type: record.Int}}, nil)
	rules := query.Rules{Schema: plain}
	q, err := rules.Parse(tree(t, "$select=b"))
	if err != nil || q.Select != record.Fields(1) {
		t.Errorf("Select = %v, %v, want {1}", q.Select, err)
	}
}
