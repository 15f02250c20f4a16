package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Names of the sets of workloads and of the peers, in the order that they are
// measured in.
var (
	setNames  = []string{"rest", "sqlite", "call", "fanout", "idle", "cluster", "sync"}
	peerNames = slices.Concat([]string{baseline}, appNames, []string{limitCommand})

	// appNames are the app as one process, as one worker and as two.
	appNames = []string{judged, "app-1", "app-2"}
)

const (
	baseline = "feathers" // the peer that ratios refer to
	judged   = "app"      // the peer that the goals are for
)

// settings say what is measured and how long.
type settings struct {
	sets, peers []string
	rounds      int
	quick       bool
	profile     bool          // one round of the app, with CPU profiles
	retry       bool          // measure again what others disturbed
	patience    time.Duration // bounds what a disturbed machine may cost in all
	idle        int           // connections
	heat        time.Duration
	warm        time.Duration
	time        time.Duration
}

// parse reads the command's flags. Usage goes to w.
func parse(args []string, w io.Writer) (settings, error) {
	s := settings{rounds: 3, retry: true, idle: 10000, patience: 2 * time.Minute, heat: time.Second, warm: 400 * time.Millisecond, time: 1200 * time.Millisecond}
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(w)
	sets := set.String("sets", "", "`SETS` of workloads, comma-separated; default: "+strings.Join(setNames, ","))
	only := set.String("only", "", "`PEERS`, comma-separated; default: "+strings.Join(peerNames, ","))
	rounds := set.Int("rounds", 0, "how often everything is measured; default: 3, or 2 with -quick")
	set.BoolVar(&s.quick, "quick", false, "two short rounds, and fewer idle connections")
	set.BoolVar(&s.profile, "profile", false, "one round of the app alone, with a CPU profile of each workload")
	if err := set.Parse(args); err != nil {
		return s, err
	}
	if set.NArg() > 0 {
		return s, fmt.Errorf("%q is no flag", set.Arg(0))
	}
	if s.quick {
		s.rounds, s.retry, s.idle, s.patience = 2, false, 2000, 10*time.Second
		s.heat, s.warm, s.time = 800*time.Millisecond, 200*time.Millisecond, 600*time.Millisecond
	}
	if s.profile {
		s.rounds, s.retry, *only, s.time, s.patience = 1, false, judged, 5*time.Second, 30*time.Second
	}
	if *rounds != 0 {
		s.rounds = *rounds
	}
	if s.rounds < 1 {
		return s, fmt.Errorf("-rounds %d: want at least 1", s.rounds)
	}
	var err error
	if s.sets, err = choose(*sets, setNames); err != nil {
		return s, fmt.Errorf("-sets: %w", err)
	}
	if s.peers, err = choose(*only, peerNames); err != nil {
		return s, fmt.Errorf("-only: %w", err)
	}
	return s, nil
}

// choose returns those of all that a comma-separated list names, each once and
// in the order of all; all of them for an empty list.
func choose(list string, all []string) ([]string, error) {
	if list == "" {
		return all, nil
	}
	names := strings.Split(list, ",")
	for _, name := range names {
		if !slices.Contains(all, name) {
			return nil, fmt.Errorf("there is no %q among %s", name, strings.Join(all, ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return !slices.Contains(names, name) }), nil
}

// describe returns the settings for the report.
func (s settings) describe() map[string]string {
	return map[string]string{
		"rounds":   fmt.Sprint(s.rounds),
		"measured": s.time.String(),
		"warm-up":  s.warm.String(),
		"heat-up":  s.heat.String(),
	}
}
