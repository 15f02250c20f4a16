//go:build !unix

package main

import (
	"os"
	"os/exec"
)

const exeSuffix = ".exe"

// ownGroup does nothing where there are no process groups.
func ownGroup(*exec.Cmd) {}

func stopProcess(p *os.Process) error { return p.Kill() }
