package measure

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of CPU times in /proc, which is the same on every Linux
// that Go runs on.
const tick = 10 * time.Millisecond

// Usage is what processes have used.
type Usage struct {
	CPU time.Duration // user and system time
	RSS int64         // resident bytes
}

// Tree returns the usage of a process and its descendants. CPU time of those
// that ended is in it once their parent has waited for them. Pages that
// processes share count once for each.
func Tree(pid int) (Usage, error) {
	all, err := processes()
	if err != nil {
		return Usage{}, err
	}
	return all.tree(pid)
}

// table has processes by their ids.
type table map[int]process

// processes returns those that run.
func processes() (table, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	all := table{}
	for _, e := range entries {
		id, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if stat, err := os.ReadFile("/proc/" + e.Name() + "/stat"); err == nil {
			all[id] = parseStat(stat)
		}
	}
	return all, nil
}

// tree returns the usage of a process and its descendants.
func (t table) tree(pid int) (Usage, error) {
	if _, ok := t[pid]; !ok {
		return Usage{}, fmt.Errorf("process %d is gone", pid)
	}
	var sum Usage
	for id, p := range t {
		if t.descends(id, pid) {
			sum.CPU += p.usage.CPU
			sum.RSS += p.usage.RSS
		}
	}
	return sum, nil
}

// children returns the CPU time of each child of a process.
func (t table) children(pid int) map[int]time.Duration {
	cpu := map[int]time.Duration{}
	for id, p := range t {
		if p.parent == pid {
			cpu[id] = p.usage.CPU
		}
	}
	return cpu
}

// Self returns the CPU time of this process.
func Self() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/self/stat")
	return parseStat(stat).usage.CPU, err
}

// Machine returns the CPU time that all processes and the kernel have used on
// all CPUs, and what a hypervisor took from them.
func Machine() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := bytes.Cut(stat, []byte("\n"))
	var busy time.Duration
	for i, field := range bytes.Fields(line) {
		const idle, wait, steal = 4, 5, 8
		if i > 0 && i <= steal && i != idle && i != wait {
			busy += ticks(field)
		}
	}
	return busy, nil
}

// process is what /proc/PID/stat says of one.
type process struct {
	parent int
	usage  Usage
}

// parseStat reads a stat file. The command's name, second in it, is the one
// field that may hold blanks and parentheses.
func parseStat(stat []byte) process {
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(f) < 22 {
		return process{}
	}
	parent, _ := strconv.Atoi(string(f[1]))             // 0 for what is no number
	pages, _ := strconv.ParseInt(string(f[21]), 10, 64) // as above
	return process{parent, Usage{
		CPU: ticks(f[11]) + ticks(f[12]) + ticks(f[13]) + ticks(f[14]),
		RSS: pages * int64(os.Getpagesize()),
	}}
}

func ticks(field []byte) time.Duration {
	n, _ := strconv.ParseInt(string(field), 10, 64) // 0 for what is no number
	return time.Duration(n) * tick
}

// descends reports whether a process is root or below it. Processes come and
// go while /proc is read, so a parent may be missing.
func (t table) descends(pid, root int) bool {
	for range len(t) {
		if pid == root {
			return true
		}
		if pid == 0 {
			return false
		}
		pid = t[pid].parent
	}
	return false
}
