package memory_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(_ testing.TB, schema *record.Schema) runtime.Store { return memory.New(schema) })
}

func BenchmarkStore(b *testing.B) {
	storetest.Benchmark(b, func(_ testing.TB, schema *record.Schema) runtime.Store { return memory.New(schema) })
}
