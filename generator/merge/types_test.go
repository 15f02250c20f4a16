package merge_test

import (
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/merge"
)

func TestTypes(t *testing.T) {
	t.Parallel()
	const src = `package a

import (
	"example.com/model"
	gen "example.com/gen/rooms"
)

type pair struct {
	left, right *model.Room
	byName      map[string][]*pair
	fn          func()
	gen.Service
}

var last, first = &model.Room{}, gen.Of(nil)
var all []pair

func find() (*model.Room, error) { return nil, nil }
func (p *pair) both() []*model.Room { return nil }
func nothing() {}
func any[T any](t T) T { return t }
func (l list[T]) first() []T { return nil }
`
	tests := map[string]string{
		"": `.pair.left is example.com/model.Room
.pair.right is example.com/model.Room
.pair.byName is [][].pair
.last is example.com/model.Room
.all is [].pair
.find() is example.com/model.Room
.pair.both() is []example.com/model.Room`,
		"example.com/a": `example.com/a.pair.left is example.com/model.Room
example.com/a.pair.right is example.com/model.Room
example.com/a.pair.byName is [][]example.com/a.pair
example.com/a.last is example.com/model.Room
example.com/a.all is []example.com/a.pair
example.com/a.find() is example.com/model.Room
example.com/a.pair.both() is []example.com/model.Room`,
	}
	for path, want := range tests {
		var got []string
		for _, r := range merge.Types(path, []byte(src)) {
			got = append(got, r.From+" is "+r.To)
		}
		if got := strings.Join(got, "\n"); got != want {
			t.Errorf("Types(%q):\n%s\nwant\n%s", path, got, want)
		}
	}
	if got := merge.Types("", []byte("package")); got != nil {
		t.Errorf("Types of what does not parse = %v", got)
	}
}
