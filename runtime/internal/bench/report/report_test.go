package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/report"
)

func sample(workload, peer string, round int, metrics map[string]float64) report.Sample {
	return report.Sample{Set: "set", Workload: workload, Peer: peer, Round: round, Metrics: metrics}
}

func TestMedianIsTheMiddle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"nothing has none", nil, 0},
		{"one value is its own", []float64{7}, 7},
		{"an odd number has a middle", []float64{9, 1, 5}, 5},
		{"an even number has two", []float64{4, 1, 100, 2}, 3},
	} {
		if got := report.Median(c.values); got != c.want {
			t.Errorf("%s: Median(%v) = %v, want %v", c.name, c.values, got, c.want)
		}
	}
}

func TestRatiosAreTakenWithinARound(t *testing.T) {
	t.Parallel()
	// The second round is disturbed: both peers are four times slower.
	samples := []report.Sample{
		sample("rest.get", "feathers", 1, map[string]float64{"per_s": 100, "p99_ms": 8, "errors": 0}),
		sample("rest.get", "app", 1, map[string]float64{"per_s": 300, "p99_ms": 2, "errors": 0}),
		sample("rest.get", "app", 2, map[string]float64{"per_s": 100, "p99_ms": 4, "errors": 1}),
		sample("rest.get", "feathers", 2, map[string]float64{"per_s": 25, "p99_ms": 32, "errors": 0}),
		sample("rest.get", "app", 3, map[string]float64{"per_s": 300, "p99_ms": 4, "errors": 0}),
	}
	got := map[string]report.Cell{}
	for _, c := range report.Summarize(samples, report.Baselines{"": "feathers"}) {
		got[c.Peer+" "+c.Metric] = c
	}
	for key, want := range map[string]report.Cell{
		"app per_s":      {Median: 300, Min: 100, Max: 300, Ratio: 3.5, Rounds: 3},
		"app p99_ms":     {Median: 4, Min: 2, Max: 4, Ratio: 6, Rounds: 3},
		"app errors":     {Median: 0, Min: 0, Max: 1, Ratio: 0, Rounds: 3},
		"feathers per_s": {Median: 62.5, Min: 25, Max: 100, Ratio: 1, Rounds: 2},
	} {
		c := got[key]
		want.Workload, want.Metric, want.Peer, want.Baseline = "rest.get", c.Metric, c.Peer, "feathers"
		if c != want {
			t.Errorf("Summarize: %s = %+v, want %+v", key, c, want)
		}
	}
}

func TestReportComparesPeersAndJudgesTheApp(t *testing.T) {
	t.Parallel()
	r := &report.Report{
		Machine: map[string]string{"go": "go1", "cpus": "2"}, Notes: []string{"quiet"}, Baselines: report.Baselines{"": "feathers", "cluster": "app"}, Judged: "app",
		Samples: []report.Sample{
			sample("rest.get", "feathers", 1, map[string]float64{"per_cpu_s": 10000, "p99_ms": 6}),
			sample("rest.get", "app", 1, map[string]float64{"per_cpu_s": 40000, "p99_ms": 4}),
			sample("rest.find", "feathers", 1, map[string]float64{"per_cpu_s": 10000, "foreign_pct": 90}),
			sample("rest.find", "app", 1, map[string]float64{"per_cpu_s": 99000, "foreign_pct": 1}),
			sample("idle.10000", "app", 1, map[string]float64{"kib_per_conn": 9.25}),
			sample("sync.redis.latency", "feathers", 1, map[string]float64{"p50_ms": 2, "p99_ms": 4}),
			sample("sync.redis.latency", "app", 1, map[string]float64{"p50_ms": 1, "p99_ms": 3, "lost": 1}),
			{Set: "cluster", Workload: "cluster.call.get", Peer: "app", Metrics: map[string]float64{"per_s": 100}},
			{Set: "cluster", Workload: "cluster.call.get", Peer: "app-2", Metrics: map[string]float64{"per_s": 150, "busiest_pct": 60}},
		},
	}
	dir := filepath.Join(t.TempDir(), "new")
	text, err := r.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"cpus 2, go go1.\n",
		"- quiet\n",
		"| workload | metric | app | feathers (×1) | goal for app |\n",
		"| rest.get | a server CPU-second | 40000 (×4) | 10000 | ≥ ×3.6 ✓ |\n",
		"| rest.get | p99 ms | 4 (×1.50) | 6 | ≥ ×2 ✗ |\n",
		"| rest.find | a server CPU-second | 99000 (×9.90) | 10000 | ≥ ×4 ? |\n",
		"| idle.10000 | KiB a connection | 9.25 | – | ≤ 9.8 ✓ |\n",
		"| sync.redis.latency | p50 ms to the other instance | 1 (×2) | 2 | ≥ ×1.43 ✓ |\n",
		"| sync.redis.latency | p99 ms to the other instance | 3 (×1.33) | 4 | ≥ ×2 ✗ |\n",
		"| sync.redis.latency | lost | 1 | – | ≤ 0 ✗ |\n",
		"| workload | metric | app (×1) | app-2 | goal for app |\n",
		"| cluster.call.get | a second | 100 | 150 (×1.50) |  |\n",
		"| cluster.call.get | busiest worker's share % | – | 60 |  |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("Write: results.md has no line %q:\n%s", want, text)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back report.Report
	if err := json.Unmarshal(data, &back); err != nil || len(back.Samples) != 9 || len(back.Cells) != 15 {
		t.Errorf("results.json has %d samples and %d cells, %v, want 9 and 15", len(back.Samples), len(back.Cells), err)
	}
}
