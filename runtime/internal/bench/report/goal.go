package report

import "fmt"

// A goal is what a metric of the app is to reach: a ratio to the baseline, or
// a value that is not to be passed.
type goal struct {
	ratio float64 // 0 for none
	most  float64 // if ratio is 0
}

// goals has those of a workload's metrics.
var goals = map[string]map[string]goal{
	"rest.get":          {"per_cpu_s": {ratio: 3.6}, "p99_ms": {ratio: 2}},
	"rest.find":         {"per_cpu_s": {ratio: 4}},
	"rest.mixed":        {"per_cpu_s": {ratio: 3.6}},
	"rest.create":       {"per_cpu_s": {ratio: 2.5}},
	"sqlite.get":        {"per_cpu_s": {ratio: 4.5}},
	"sqlite.find":       {"per_cpu_s": {ratio: 3.2}},
	"sqlite.mixed":      {"per_cpu_s": {ratio: 4.2}},
	"sqlite.create":     {"per_cpu_s": {ratio: 4.2}},
	"call.get":          {"per_s": {ratio: 4.6}, "p99_ms": {most: 3}},
	"fanout.max.100":    {"per_cpu_s": {ratio: 12}},
	"fanout.max.1000":   {"per_cpu_s": {ratio: 5.5}},
	"fanout.max.5000":   {"per_cpu_s": {ratio: 4.5}},
	"fanout.fixed.100":  {"per_cpu_s": {ratio: 2.5}, "lost": {}},
	"fanout.fixed.1000": {"per_cpu_s": {ratio: 2}, "lost": {}},
	"fanout.fixed.5000": {"per_cpu_s": {ratio: 2}, "p99_ms": {most: 60}, "lost": {}},
	"idle.10000":        {"kib_per_conn": {most: 9.8}},
	"connect":           {"per_s": {ratio: 3.2}},

	// Latencies of at most 0.7 and half of those of feathers-sync.
	"sync.redis.latency":    {"p50_ms": {ratio: 1.43}, "p99_ms": {ratio: 2}, "lost": {}},
	"sync.redis.max":        {"per_s": {ratio: 3}, "lost": {}},
	"sync.rabbitmq.latency": {"p50_ms": {ratio: 1.43}, "p99_ms": {ratio: 2}, "lost": {}},
	"sync.rabbitmq.max":     {"per_s": {ratio: 1.3}, "lost": {}},
}

func (g goal) met(c Cell) bool {
	if g.ratio > 0 {
		return c.Ratio >= g.ratio
	}
	return c.Median <= g.most
}

// String returns the goal as a reader knows it.
func (g goal) String() string {
	if g.ratio > 0 {
		return fmt.Sprintf("≥ ×%v", g.ratio)
	}
	return fmt.Sprintf("≤ %v", g.most)
}

// Disturbed is the CPU time of other processes, in percent of one CPU, above
// which figures say little.
const Disturbed = 15

// verdict returns the goal of the app's cell and how it stands; "" if there is
// none, or nothing to compare with. A disturbed machine allows no verdict on a
// ratio, for the baseline suffers more than the app; nor on a limit that the
// app missed.
func verdict(c Cell) string {
	g, ok := goals[c.Workload][c.Metric]
	switch {
	case !ok, g.ratio > 0 && c.Ratio == 0:
		return ""
	case c.Foreign > Disturbed && (g.ratio > 0 || !g.met(c)):
		return g.String() + " ?"
	case g.met(c):
		return g.String() + " ✓"
	}
	return g.String() + " ✗"
}
