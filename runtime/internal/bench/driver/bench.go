package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/load"
	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/measure"
	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/report"
)

const (
	// generateTimeout bounds one set of one peer.
	generateTimeout = 2 * time.Minute
)

// A bench measures peers.
type bench struct {
	settings
	dir    string
	pinned bool // server and generator have a CPU each
	peers  []peer
	ports  int           // that were given out
	waited time.Duration // for a quiet machine, and to measure again
	notes  []string
}

func (b *bench) note(format string, args ...any) {
	b.notes = append(b.notes, fmt.Sprintf(format, args...))
	log.Printf(format, args...)
}

// run measures everything and returns the report's text. When it was
// interrupted the report holds what there is.
func (b *bench) run(ctx context.Context) (string, error) {
	start := time.Now()
	samples, err := b.rounds(ctx)
	if len(samples) == 0 {
		return "", errors.Join(err, errors.New("nothing was measured"))
	}
	r := &report.Report{
		Machine: map[string]string{
			"os": runtime.GOOS + "/" + runtime.GOARCH, "cpus": fmt.Sprint(runtime.NumCPU()), "go": runtime.Version(), "node": nodeVersion(),
		},
		Settings:  b.describe(),
		Baselines: report.Baselines{"": baseline, "cluster": judged},
		Judged:    judged,
		Samples:   samples,
	}
	r.Settings["took"] = time.Since(start).Round(time.Second).String()
	r.Notes = append(b.notes, b.conditions(samples))
	text, writeErr := r.Write(filepath.Join(b.dir, "results"))
	return text, errors.Join(err, writeErr)
}

// rounds measures the sets.
func (b *bench) rounds(ctx context.Context) (samples []report.Sample, err error) {
	for _, set := range b.sets {
		var more []report.Sample
		if set == "sync" {
			more, err = b.sync(ctx, set)
		} else {
			more, err = b.set(ctx, set, nil)
		}
		samples = append(samples, more...)
		if err != nil {
			return samples, err
		}
	}
	return samples, nil
}

// sync measures a set with each broker that is there.
func (b *bench) sync(ctx context.Context, set string) (samples []report.Sample, err error) {
	for _, kind := range brokerKinds {
		via, err := b.startBroker(ctx, kind)
		if ctx.Err() != nil {
			return samples, ctx.Err()
		}
		if err != nil {
			b.note("%s on %s is left out: %v", set, kind.name, err)
			continue
		}
		more, err := b.set(ctx, set, via)
		via.stop()
		samples = append(samples, more...)
		if err != nil {
			return samples, err
		}
	}
	return samples, nil
}

// set measures a set, in each round with another peer first, so that none has
// the machine always in the same state. via may be nil.
func (b *bench) set(ctx context.Context, set string, via *broker) (samples []report.Sample, err error) {
	for round := range b.settings.rounds {
		for i := range b.peers {
			p := b.peers[(i+round)%len(b.peers)]
			if !slices.Contains(p.sets, set) {
				continue
			}
			results, err := b.measure(ctx, p, set, via)
			if ctx.Err() != nil {
				return samples, ctx.Err()
			}
			if err != nil {
				b.note("%s of %s, round %d: %v", set, p.name, round+1, err)
			}
			log.Printf("%-7s round %d of %d  %-8s %s", set, round+1, b.settings.rounds, p.name, brief(results))
			for _, r := range results {
				samples = append(samples, report.Sample{Set: set, Workload: r.Workload, Peer: p.name, Round: round + 1, Metrics: r.Metrics})
			}
		}
	}
	return samples, nil
}

// measure measures a set, and once more if others took the CPU meanwhile; of
// each workload the calmer result stays. The results are what there is even
// when it fails.
func (b *bench) measure(ctx context.Context, p peer, set string, via *broker) ([]load.Result, error) {
	results, err := b.once(ctx, p, set, via)
	if err != nil || !b.retry || b.waited > b.patience || !slices.ContainsFunc(results, isDisturbed) {
		return results, err
	}
	start := time.Now()
	again, err := b.once(ctx, p, set, via)
	b.waited += time.Since(start)
	for i := range min(len(results), len(again)) {
		if again[i].Metrics["foreign_pct"] < results[i].Metrics["foreign_pct"] {
			results[i] = again[i]
		}
	}
	return results, err
}

func isDisturbed(r load.Result) bool { return r.Metrics["foreign_pct"] > report.Disturbed }

// once measures a set on a fresh server.
func (b *bench) once(ctx context.Context, p peer, set string, via *broker) ([]load.Result, error) {
	if err := b.waitQuiet(ctx); err != nil {
		return nil, err
	}
	s, err := b.start(ctx, p, set, via)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	o := load.Options{
		Set: set, URL: s.urls[0], PIDs: s.pids, Heat: b.heat, Warm: b.warm, Time: b.time,
		Fanout: []int{100, 1000, 5000}, Idle: b.idle,
	}
	if set == "cluster" {
		o.Fanout = []int{1000}
	}
	if via != nil {
		o.Other, o.Broker = s.urls[1], load.Broker{Name: via.name, PID: via.pid}
	}
	if b.profile {
		o.Profile, o.Folder = "http://"+s.profile+"/debug/pprof/profile", filepath.Join(b.dir, "profiles")
		if err := os.MkdirAll(o.Folder, 0o755); err != nil {
			return nil, err
		}
	}
	return b.generate(ctx, o)
}

// waitQuiet returns when the machine was nearly idle for a moment. All such
// waits together take no longer than b.patience.
func (b *bench) waitQuiet(ctx context.Context) error {
	const moment = 300 * time.Millisecond
	for b.waited < b.patience {
		before, err := measure.Machine()
		if err != nil {
			return err
		}
		select {
		case <-time.After(moment):
			b.waited += moment
		case <-ctx.Done():
			return ctx.Err()
		}
		after, err := measure.Machine()
		if err != nil {
			return err
		}
		if 100*(after-before) < report.Disturbed*moment {
			b.waited -= moment // it was quiet, so that was no waiting
			return nil
		}
	}
	return nil
}

// generate runs the generator in a process of its own.
func (b *bench) generate(ctx context.Context, o load.Options) ([]load.Result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	options, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, generateTimeout)
	defer cancel()
	var out, problem bytes.Buffer
	// The generator has memory to spare, and its collector would cost it speed.
	_, cpus := cpus(o.Set)
	cmd := b.program(ctx, cpus, []string{self, loadCommand, string(options)}, []string{"GOGC=400"})
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("generate load: %w: %s", err, bytes.TrimSpace(problem.Bytes()))
	}
	var results []load.Result
	for d := json.NewDecoder(&out); ; {
		var r load.Result
		switch decodeErr := d.Decode(&r); {
		case decodeErr == io.EOF:
			return results, err
		case decodeErr != nil:
			return results, errors.Join(err, decodeErr)
		}
		results = append(results, r)
	}
}

// brief returns a line about results, for those who wait.
func brief(results []load.Result) string {
	var parts []string
	for _, r := range results {
		name := r.Workload[strings.IndexByte(r.Workload, '.')+1:]
		if v, ok := r.Metrics["per_s"]; ok {
			parts = append(parts, fmt.Sprintf("%s %.0f/s", name, v))
		} else {
			parts = append(parts, fmt.Sprintf("%s %.1f KiB", name, r.Metrics["kib_per_conn"]))
		}
	}
	return strings.Join(parts, ", ")
}

// conditions tells how far the samples are to be trusted.
func (b *bench) conditions(samples []report.Sample) string {
	var foreign []float64
	for _, s := range samples {
		if v, ok := s.Metrics["foreign_pct"]; ok {
			foreign = append(foreign, v)
		}
	}
	return fmt.Sprintf("%s Other processes took %.0f %% of one CPU (median of the samples; at most %.0f %%).",
		b.where(), report.Median(foreign), slices.Max(append(foreign, 0)))
}

// where tells which CPUs the processes had.
func (b *bench) where() string {
	if !b.pinned {
		return "Processes were not pinned to CPUs: there is no taskset, or one CPU only."
	}
	var parts []string
	if !slices.ContainsFunc(b.sets, shares) || slices.ContainsFunc(b.sets, func(set string) bool { return !shares(set) }) {
		parts = append(parts, "The server had CPU "+serverCPU+", the generator CPU "+generatorCPU+".")
	}
	if slices.ContainsFunc(b.sets, shares) {
		parts = append(parts, "In cluster and sync servers, broker and generator shared CPUs "+sharedCPUs+".")
	}
	return strings.Join(parts, " ")
}

func nodeVersion() string {
	out, err := exec.Command("node", "--version").Output()
	if err != nil {
		return "none"
	}
	return strings.TrimSpace(string(out))
}
