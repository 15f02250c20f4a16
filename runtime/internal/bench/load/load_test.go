package load_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/limit"
	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/load"
)

// TestMain fails the package when a goroutine outlives the tests.
func TestMain(m *testing.M) {
	before := runtime.NumGoroutine()
	code := m.Run()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); code == 0 && n > before {
		fmt.Fprintf(os.Stderr, "%d goroutines outlive the tests\n", n-before)
		code = 1
	}
	os.Exit(code)
}

func TestEachSetMeasuresItsWorkloads(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	for set, want := range map[string][]string{
		"rest":   {"rest.get", "rest.find", "rest.mixed", "rest.create"},
		"sqlite": {"sqlite.get", "sqlite.find", "sqlite.mixed", "sqlite.create"},
		"call":   {"call.get"},
		"fanout": {"fanout.fixed.3", "fanout.max.3", "fanout.fixed.40", "fanout.max.40"},
		"idle":   {"connect", "idle.50"},
		"cluster": {
			"cluster.sqlite.get", "cluster.sqlite.find", "cluster.sqlite.mixed", "cluster.sqlite.create", "cluster.call.get",
			"cluster.fanout.fixed.3", "cluster.fanout.max.3", "cluster.fanout.fixed.40", "cluster.fanout.max.40",
		},
		"sync": {"sync.none.latency", "sync.none.max"},
	} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			results := measure(t, set)
			var got []string
			for _, r := range results {
				got = append(got, r.Workload)
				if r.Metrics["errors"] != 0 || r.Metrics["lost"] != 0 || r.Metrics["dropped"] != 0 {
					t.Errorf("%s of a server that makes no mistakes: %v", r.Workload, r.Metrics)
				}
				if _, ok := r.Metrics["p99_ms"]; ok && (r.Metrics["per_s"] == 0 || r.Metrics["p99_ms"] < r.Metrics["p50_ms"]) {
					t.Errorf("%s measured nothing: %v", r.Workload, r.Metrics)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("Run of %s measured %v, want %v", set, got, want)
			}
		})
	}
}

func measure(t *testing.T, set string) (results []load.Result) {
	t.Helper()
	server := httptest.NewServer(limit.New())
	t.Cleanup(server.Close)
	var out bytes.Buffer
	err := load.Run(t.Context(), load.Options{
		Set: set, URL: server.URL, Other: server.URL, PIDs: []int{os.Getpid()}, Broker: load.Broker{Name: "none"}, Heat: time.Millisecond, Warm: 10 * time.Millisecond, Time: 60 * time.Millisecond,
		Fanout: []int{3, 40}, Idle: 50,
	}, &out)
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(&out); d.More(); {
		var r load.Result
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	return results
}

func TestRunTellsWhatWentWrong(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(nil)
	server.Close()
	for _, set := range []string{"rest", "call", "fanout", "idle", "cluster", "sync", "nothing"} {
		o := load.Options{Set: set, URL: server.URL, PIDs: []int{os.Getpid()}, Fanout: []int{1}, Idle: 1}
		if err := load.Run(t.Context(), o, &bytes.Buffer{}); err == nil {
			t.Errorf("Run of %s without a server = nil, want an error", set)
		}
	}
}
