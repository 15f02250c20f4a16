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

func stopProcess(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
