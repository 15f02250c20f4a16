package query_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, src string }{
		{"empty", ""},
		{"limit", "$limit=10"},
		{"limit encoded", "%24limit=10"},
		{"field", "stars=5"},
		{"list page", "%24limit=10&%24skip=20&%24sort%5Bat%5D=-1&owner=" + lower},
		{"or", "$or[0][stars]=1&$or[1][text]=a&done=true"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tr, err := query.ParseString(c.src)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := paged.Parse(tr); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseJSON(b *testing.B) {
	for _, c := range []struct{ name, src string }{
		{"empty", "{}"},
		{"limit", `{"$limit":10}`},
		{"list page", `{"$limit":10,"$skip":20,"$sort":{"at":-1},"owner":"` + lower + `"}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			raw := []byte(c.src)
			b.ReportAllocs()
			for b.Loop() {
				tr, err := query.ParseJSON(raw)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := paged.Parse(tr); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	m := newItem(b, stock[0])
	for _, c := range []struct{ name, src string }{
		{"everything", ""},
		{"one field", "stars=1"},
		{"three fields", "stars[$gte]=1&done=true&text[$ne]=b"},
		{"or", "$or[0][stars]=9&$or[1][text]=a"},
	} {
		b.Run(c.name, func(b *testing.B) {
			where := parse(b, c.src).Where
			b.ReportAllocs()
			for b.Loop() {
				if !where.Match(m) {
					b.Fatal("no match")
				}
			}
		})
	}
}

func BenchmarkCompare(b *testing.B) {
	q := query.All()
	q.Sort = []query.Order{{Field: stars}, {Field: text, Desc: true}}
	x, y := newItem(b, stock[0]), newItem(b, stock[3])
	b.ReportAllocs()
	for b.Loop() {
		if q.Compare(x, y) == 0 {
			b.Fatal("equal")
		}
	}
}

// TestParseAllocations holds the most frequent queries to the Query itself and
// the Tree's one slice.
func TestParseAllocations(t *testing.T) {
	for _, c := range []struct {
		src  string
		want float64
	}{{"", 1}, {"$limit=10", 2}} {
		got := testing.AllocsPerRun(100, func() {
			tr, err := query.ParseString(c.src)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := paged.Parse(tr); err != nil {
				t.Fatal(err)
			}
		})
		if got > c.want {
			t.Errorf("ParseString and Parse of %q: %g allocations, want %g", c.src, got, c.want)
		}
	}
	where, rec := query.Is(stars, record.IntValue(1)), newItem(t, stock[0])
	if got := testing.AllocsPerRun(100, func() { where.Match(rec) }); got != 0 {
		t.Errorf("Match: %g allocations, want none", got)
	}
}
