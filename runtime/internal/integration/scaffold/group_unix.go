//go:build unix

package scaffold

import (
	"os/exec"
	"syscall"
)

// ownGroup has a process and those below it be a group.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a process made by ownGroup and those below it. An error means
// that they are gone.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
