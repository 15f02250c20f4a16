package report

import "strings"

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
	handshakes  = append([]column{{"per_s", "a second", higher}, {"per_cpu_s", "a server CPU-second", higher}}, busy...)
	connections = []column{
		{"kib_per_conn", "KiB a connection", lower},
		{"rss_mib", "RSS MiB", lower},
		{"dropped", "dropped", neither},
	}
)

// columns returns what is shown of a workload.
func columns(workload string) []column {
	kind, _, _ := strings.Cut(workload, ".")
	switch {
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
