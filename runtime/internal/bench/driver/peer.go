package main

import (
	"path/filepath"
	"slices"
	"strconv"
)

// A peer is a server that is measured.
type peer struct {
	name string
	sets []string // that it serves
	// command returns the command line and environment of an instance.
	command func(job) (args, env []string)
}

// A job is what an instance of a peer is started for.
type job struct {
	set    string
	broker *broker // by which it hears other instances; nil for none
	port   int
	dir    string // an empty folder for its data
}

func feathersPeer(node, folder string) peer {
	return peer{baseline, []string{"rest", "sqlite", "call", "fanout", "idle", "sync"}, func(j job) (args, env []string) {
		env = []string{"NODE_ENV=production", "PORT=" + strconv.Itoa(j.port)}
		if j.set == "sqlite" {
			env = append(env, "DATABASE="+filepath.Join(j.dir, "bench.db"))
		}
		if j.broker != nil {
			env = append(env, "SYNC_URL="+j.broker.url)
		}
		return []string{node, filepath.Join(folder, "server.mjs")}, env
	}}
}

// appPeers are the programs that were built of the specs, by the specs' names:
// as one process, and as one and two workers.
func appPeers(programs map[string]string) []peer {
	as := func(name, workers string, sets ...string) peer {
		return peer{name, sets, func(j job) (args, env []string) {
			env = []string{"HOST=127.0.0.1", "PORT=" + strconv.Itoa(j.port), "LOG_LEVEL=error", "DATABASE=" + filepath.Join(j.dir, "bench.db"),
				"CALL_RATE=off", "CONNECT_RATE=off", "WORKERS=" + workers}
			if j.broker != nil {
				env = append(env, "SYNC_URL="+j.broker.url)
			}
			return []string{programs[j.spec()]}, env
		}}
	}
	return []peer{as(appNames[0], "0", setNames...), as(appNames[1], "1", "cluster"), as(appNames[2], "2", "cluster")}
}

// spec returns the name of the app's spec for a job.
func (j job) spec() string {
	switch {
	case j.broker != nil:
		return j.broker.name
	case j.set == "sqlite", j.set == "cluster":
		return j.set
	}
	return "memory"
}

// specsOf returns the names of the app's specs for sets.
func specsOf(sets []string) []string {
	var specs []string
	for _, set := range sets {
		if set != "sync" {
			specs = append(specs, job{set: set}.spec())
			continue
		}
		for _, kind := range brokerKinds {
			specs = append(specs, kind.name)
		}
	}
	slices.Sort(specs)
	return slices.Compact(specs)
}

// limitPeer is the bare server, which stores nothing on disk.
func limitPeer(self string) peer {
	return peer{limitCommand, []string{"rest", "call", "fanout", "idle"}, func(j job) (args, env []string) {
		return []string{self, limitCommand, "127.0.0.1:" + strconv.Itoa(j.port)}, nil
	}}
}
