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
	Set     string        // rest, sqlite (the same requests), call, fanout or idle
	URL     string        // of the server: http://host:port
	PID     int           // of the server's first process
	Heat    time.Duration // unmeasured load at first, for runtimes that compile late
	Warm    time.Duration // unmeasured load before each workload
	Time    time.Duration // measured time of each workload
	Fanout  []int         // numbers of subscribers, rising
	Idle    int           // number of idle connections
	Profile string        // URL of the server's CPU profile, "" for none
	Folder  string        // where profiles go
}

// A Result is what one workload measured. Its metrics are named in the report.
type Result struct {
	Workload string             `json:"workload"`
	Metrics  map[string]float64 `json:"metrics"`
}

// generator is one run.
type generator struct {
	Options
	host  string
	out   *json.Encoder
	epoch time.Time // of the time stamps in records
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
		return g.rest(ctx)
	case "call":
		return g.call(ctx)
	case "fanout":
		return g.fanout(ctx)
	case "idle":
		return g.idle(ctx)
	}
	return fmt.Errorf("there is no set of workloads %q", o.Set)
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
