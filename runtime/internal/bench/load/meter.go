package load

import (
	"context"
	"io"
	"maps"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/measure"
)

// A meter counts what is done while it is on. It may be used by many
// goroutines at the same time.
type meter struct {
	on      atomic.Bool
	latency measure.Histogram
	errors  atomic.Int64
}

func (m *meter) add(d time.Duration, ok bool) {
	if !m.on.Load() {
		return
	}
	m.latency.Add(d)
	if !ok {
		m.errors.Add(1)
	}
}

// measure switches m on while during runs, and returns what it counted and
// what that cost.
func (g *generator) measure(ctx context.Context, workload string, m *meter, during func(context.Context) error) (map[string]float64, error) {
	profile := g.profile(ctx, workload)
	w, err := measure.Open(g.PIDs, g.Broker.PID)
	if err != nil {
		return nil, err
	}
	m.on.Store(true)
	err = during(ctx)
	m.on.Store(false)
	if err != nil {
		return nil, err
	}
	span, err := w.Close()
	if err != nil {
		return nil, err
	}
	metrics := cost(span, m.latency.Count())
	metrics["p50_ms"], metrics["p99_ms"] = milliseconds(m.latency.Quantile(.5)), milliseconds(m.latency.Quantile(.99))
	metrics["errors"] = float64(m.errors.Load())
	return metrics, <-profile
}

// cost returns the metrics of n operations that took a span.
func cost(s measure.Span, n int64) map[string]float64 {
	percent := func(d time.Duration) float64 { return 100 * d.Seconds() / s.Wall.Seconds() }
	metrics := map[string]float64{
		"per_s":         float64(n) / s.Wall.Seconds(),
		"server_pct":    percent(s.Server),
		"generator_pct": percent(s.Generator),
		"foreign_pct":   percent(s.Foreign),
		"rss_mib":       float64(s.RSS) / (1 << 20),
	}
	if s.Server > 0 {
		metrics["per_cpu_s"] = float64(n) / s.Server.Seconds()
	}
	if s.Broker > 0 {
		metrics["broker_pct"] = percent(s.Broker)
	}
	if s.Busiest > 0 {
		metrics["busiest_pct"] = 100 * s.Busiest
	}
	return metrics
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// emit writes a workload's metrics, joined with others.
func (g *generator) emit(workload string, metrics, others map[string]float64) error {
	maps.Copy(metrics, others)
	return g.out.Encode(Result{workload, metrics})
}

// profile fetches the server's CPU profile for the measured time, if asked
// to. Its goroutine ends with the value on the channel.
func (g *generator) profile(ctx context.Context, workload string) <-chan error {
	done := make(chan error, 1)
	if g.Profile == "" {
		done <- nil
		return done
	}
	seconds := strconv.Itoa(int(math.Ceil(g.Time.Seconds())))
	go func() {
		done <- download(ctx, g.Profile+"?seconds="+seconds, filepath.Join(g.Folder, workload+".pprof"))
	}()
	return done
}

func download(ctx context.Context, url, file string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(file, body, 0o644)
}
