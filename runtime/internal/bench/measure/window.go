package measure

import (
	"errors"
	"time"
)

// A Window measures CPU time between two moments.
type Window struct {
	servers []int
	broker  int
	start   time.Time
	before  reading
}

// Span is what a Window saw.
type Span struct {
	Wall      time.Duration
	Server    time.Duration // CPU of the servers' process trees
	Broker    time.Duration // CPU of the broker's
	Generator time.Duration // CPU of this process
	Foreign   time.Duration // CPU of everybody else
	RSS       int64         // of the servers' trees at the end, in bytes
	// Busiest is the share, 0 to 1, that one child of the first server has of
	// the CPU time of all its children. It is 0 for a server that has fewer than
	// two.
	Busiest float64
}

// Open begins to measure the trees of the servers' processes, that of a
// broker, 0 for none, and this process.
func Open(servers []int, broker int) (Window, error) {
	before, err := read(servers, broker)
	return Window{servers, broker, time.Now(), before}, err
}

// Close returns what was used since Open.
func (w Window) Close() (Span, error) {
	wall := time.Since(w.start)
	now, err := read(w.servers, w.broker)
	s := Span{
		Wall:      wall,
		Server:    now.servers.CPU - w.before.servers.CPU,
		Broker:    now.broker - w.before.broker,
		Generator: now.self - w.before.self,
		RSS:       now.servers.RSS,
		Busiest:   busiest(w.before.children, now.children),
	}
	s.Foreign = max(0, now.machine-w.before.machine-s.Server-s.Broker-s.Generator)
	return s, err
}

// A reading is what has been used up to a moment.
type reading struct {
	machine, self, broker time.Duration
	servers               Usage
	children              map[int]time.Duration // of the first server
}

func read(servers []int, broker int) (r reading, err error) {
	machine, err := Machine()
	self, err2 := Self()
	all, err3 := processes()
	r.machine, r.self, err = machine, self, errors.Join(err, err2, err3)
	for i, pid := range servers {
		usage, treeErr := all.tree(pid)
		err = errors.Join(err, treeErr)
		r.servers.CPU += usage.CPU
		r.servers.RSS += usage.RSS
		if i == 0 {
			r.children = all.children(pid)
		}
	}
	if broker != 0 {
		usage, treeErr := all.tree(broker)
		err = errors.Join(err, treeErr)
		r.broker = usage.CPU
	}
	return r, err
}

// busiest returns the largest share of what children used between two
// readings.
func busiest(before, after map[int]time.Duration) float64 {
	var most, sum time.Duration
	for pid, cpu := range after {
		used := cpu - before[pid]
		sum += used
		most = max(most, used)
	}
	if len(after) < 2 || sum == 0 {
		return 0
	}
	return float64(most) / float64(sum)
}
