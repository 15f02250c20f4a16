package rabbitmq_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

func isForgotten(err error) bool { return errors.Is(err, bus.ErrForgotten) }

func TestEveryProcessHearsEveryFrame(t *testing.T) {
	t.Parallel()
	url, prefix := node.RabbitMQ(t).URL(), unique()
	a, b := open(t, url, options(prefix)), open(t, url, options(prefix))
	large := strings.Repeat("x", 5<<20)
	a.send("one")
	b.send("two")
	a.send(large)
	for _, p := range []*process{a, b} {
		p.expect("one", "two", large)
	}
}
