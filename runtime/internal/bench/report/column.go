package report

import (
	"slices"
	"strings"
)

// What is better of a metric: a higher value, a lower one, or neither, and
// then it has no ratio.
type direction int

const (
	neither direction = iota
	higher
	lower
)

// A column is a metric that is shown.
type column struct {
	metric string
	label  string
	better direction
}

var (
	busy = []column{
		{"server_pct", "server busy %", neither},
		{"generator_pct", "generator busy %", neither},
	}
	closedLoop = append([]column{
		{"per_s", "a second", higher},
		{"per_cpu_s", "a server CPU-second", higher},
		{"p50_ms", "p50 ms", lower},
		{"p99_ms", "p99 ms", lower},
		{"errors", "errors", neither},
	}, busy...)
	fullRate = append([]column{{"lost", "lost", neither}}, closedLoop...)
	// At a fixed rate the rate itself says nothing.
	fixedRate = []column{
		{"per_cpu_s", "a server CPU-second", higher},
		{"p50_ms", "p50 ms", lower},
		{"p99_ms", "p99 ms", lower},
		{"errors", "errors", neither},
		{"lost", "lost", neither},
	}
	handshakes = append([]column{{"per_s", "a second", higher}, {"per_cpu_s", "a server CPU-second", higher}}, busy...)
	// In a cluster the kernel decides which worker a connection goes to.
	balance     = []column{{"busiest_pct", "busiest worker's share %", neither}}
	syncLatency = []column{
		{"p50_ms", "p50 ms to the other instance", lower},
		{"p99_ms", "p99 ms to the other instance", lower},
		{"same_p50_ms", "p50 ms on the same instance", lower},
		{"same_p99_ms", "p99 ms on the same instance", lower},
		{"per_cpu_s", "a server CPU-second", higher},
		{"errors", "errors", neither},
		{"lost", "lost", neither},
	}
	syncFull    = slices.Concat(fullRate, []column{{"broker_pct", "broker busy %", neither}})
	connections = []column{
		{"kib_per_conn", "KiB a connection", lower},
		{"rss_mib", "RSS MiB", lower},
		{"dropped", "dropped", neither},
	}
)

// columns returns what is shown of a workload.
func columns(workload string) []column {
	kind, rest, _ := strings.Cut(workload, ".")
	switch {
	case kind == "cluster":
		return slices.Concat(columns(rest), balance)
	case kind == "sync" && strings.HasSuffix(rest, ".latency"):
		return syncLatency
	case kind == "sync":
		return syncFull
	case strings.HasPrefix(workload, "fanout.fixed."):
		return fixedRate
	case kind == "fanout":
		return fullRate
	case kind == "connect":
		return handshakes
	case kind == "idle":
		return connections
	}
	return closedLoop
}
