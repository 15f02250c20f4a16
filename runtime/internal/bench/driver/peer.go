package main

import (
	"path/filepath"
	"strconv"
)

// A peer is a server that is measured.
type peer struct {
	name string
	sets []string // that it serves
	// command returns the server's command line and environment for a set. dir
	// is an empty folder for its data.
	command func(set string, port int, dir string) (args, env []string)
}

func feathersPeer(node, folder string) peer {
	return peer{baseline, setNames, func(set string, port int, dir string) (args, env []string) {
		env = []string{"NODE_ENV=production", "PORT=" + strconv.Itoa(port)}
		if set == "sqlite" {
			env = append(env, "DATABASE="+filepath.Join(dir, "bench.db"))
		}
		return []string{node, filepath.Join(folder, "server.mjs")}, env
	}}
}

// appPeer runs the programs that were built of the specs.
func appPeer(memory, sqlite string) peer {
	return peer{judged, setNames, func(set string, port int, dir string) (args, env []string) {
		env = []string{"HOST=127.0.0.1", "PORT=" + strconv.Itoa(port), "LOG_LEVEL=error", "DATABASE=" + filepath.Join(dir, "bench.db"),
			"CALL_RATE=off", "CONNECT_RATE=off"}
		if set == "sqlite" {
			return []string{sqlite}, env
		}
		return []string{memory}, env
	}}
}

// limitPeer is the bare server, which stores nothing on disk.
func limitPeer(self string) peer {
	return peer{limitCommand, []string{"rest", "call", "fanout", "idle"}, func(_ string, port int, _ string) (args, env []string) {
		return []string{self, limitCommand, "127.0.0.1:" + strconv.Itoa(port)}, nil
	}}
}
