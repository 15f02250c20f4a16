package seldom_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/seldom"
)

func TestALineComesAtOnceAndThenOnceAMinuteWithAllThatHappened(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l seldom.Line
		for _, step := range []struct {
			after time.Duration
			n     uint64
			total uint64
			ok    bool
		}{
			{0, 2, 2, true},
			{0, 1, 0, false},
			{59 * time.Second, 3, 0, false},
			{time.Second, 1, 5, true},
			{time.Hour, 1, 1, true},
		} {
			time.Sleep(step.after)
			if total, ok := l.Next(step.n); total != step.total || ok != step.ok {
				t.Errorf("after %v: Next(%d) = %d, %v, want %d, %v", step.after, step.n, total, ok, step.total, step.ok)
			}
		}
	})
}
