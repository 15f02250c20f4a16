//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

const exeSuffix = ""

// ownGroup keeps a terminal's Ctrl-C from the child: it reaches this process
// alone, which then stops the child once.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// stopGroup stops a child made by ownGroup together with its own children.
func stopGroup(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGINT) }

func stopProcess(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
