package load

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"
)

// Options say what to do to which server.
type Options struct {
	Set     string        // rest, sqlite (the same requests), call, fanout, idle, cluster (several of them) or sync
	URL     string        // of the server: http://host:port
	Other   string        // URL of a second instance, for sync
	PIDs    []int         // of the first process of each instance
	Broker  Broker        // between the instances, for sync
	Heat    time.Duration // unmeasured load at first, for runtimes that compile late
	Warm    time.Duration // unmeasured load before each workload
	Time    time.Duration // measured time of each workload
	Fanout  []int         // numbers of subscribers, rising
	Idle    int           // number of idle connections
	Profile string        // URL of the server's CPU profile, "" for none
	Folder  string        // where profiles go
}

// A Broker carries events between instances.
type Broker struct {
	Name string
	PID  int
}

// A Result is what one workload measured. Its metrics are named in the report.
type Result struct {
	Workload string             `json:"workload"`
	Metrics  map[string]float64 `json:"metrics"`
}

// generator is one run.
type generator struct {
	Options
	host   string
	prefix string // of the workloads' names
	out    *json.Encoder
	epoch  time.Time // of the time stamps in records
}

// Run runs the workloads of a set and writes each Result as a line of JSON to
// out as soon as it is known.
func Run(ctx context.Context, o Options, out io.Writer) error {
	u, err := url.Parse(o.URL)
	if err != nil {
		return err
	}
	g := &generator{Options: o, host: u.Host, out: json.NewEncoder(out), epoch: time.Now()}
	switch o.Set {
	case "rest", "sqlite":
		return g.rest(ctx, o.Set)
	case "call":
		return g.call(ctx)
	case "fanout":
		return g.fanout(ctx)
	case "idle":
		return g.idle(ctx)
	case "cluster":
		return g.cluster(ctx)
	case "sync":
		return g.sync(ctx)
	}
	return fmt.Errorf("there is no set of workloads %q", o.Set)
}

// cluster measures what several workers may speed up. Their store is SQLite:
// they share one that is not in memory.
func (g *generator) cluster(ctx context.Context) error {
	g.prefix = "cluster."
	if err := g.rest(ctx, "sqlite"); err != nil {
		return err
	}
	if err := g.call(ctx); err != nil {
		return err
	}
	return g.fanout(ctx)
}

// text is the content of every record.
const text = "The quick brown fox jumps over the lazy dog while the band plays on and on until the morning comes."

// record returns the JSON of a record that was due at a moment.
func (g *generator) record(seq int64, due time.Time) []byte {
	return fmt.Appendf(make([]byte, 0, 192), `{"text":%q,"ts":%d,"seq":%d}`, text, due.Sub(g.epoch).Microseconds(), seq)
}

// wait waits for d. It returns the cause when ctx ends before.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
