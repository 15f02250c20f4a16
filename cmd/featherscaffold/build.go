package main

import (
	"runtime/debug"
	"strings"
)

// A build is what the go command knew when it built this one.
type build struct {
	version string // "v1.2.3", or "development"
	sum     string // hash of the module's source for go.sum, "" when not known
	goVers  string
}

// development is the version of a command that was built from a checkout.
const development = "development"

func readBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{version: development}
	}
	b := build{version: info.Main.Version, sum: info.Main.Sum, goVers: info.GoVersion}
	// Only a module that the go command downloaded has a sum, and only such a
	// version can be required by a project.
	if b.sum == "" || !strings.HasPrefix(b.version, "v") || strings.Contains(b.version, "+") {
		b.version, b.sum = development, ""
	}
	return b
}

func (b build) released() bool { return b.version != development }
