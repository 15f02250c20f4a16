package generator_test

import "testing"

// TestEveryFormOfSyncCompiles holds what no golden project has against the
// compiler.
func TestEveryFormOfSyncCompiles(t *testing.T) {
	t.Parallel()
	const readings = "\n  readings: { outbox: true, publish: [everybody], events: { tick: { sync: false } } }\n"
	for name, c := range map[string]struct{ project, more string }{
		"one process without a database": {"minimal", "sync: rabbitmq"},
		"an outbox between workers":      {"minimal", readings + "cluster: { mode: workers }\nsync: local"},
		"users and Node instances":       {"auth", "sync: { backend: redis, compat: { protocol: feathers-sync, key: forum, services: [rooms, users] } }"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command(t, with(t, c.project, c.more), "go", "vet", "./...")
		})
	}
}
