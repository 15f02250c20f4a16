//go:build !unix

package main

import (
	"os"
	"os/exec"
)

const exeSuffix = ".exe"

// ownGroup does nothing where there are no process groups.
func ownGroup(*exec.Cmd) {}

// stopGroup ends a child; its own children end when they find it gone.
func stopGroup(p *os.Process) error { return p.Kill() }

func stopProcess(p *os.Process) error { return p.Kill() }
