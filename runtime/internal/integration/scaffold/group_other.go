//go:build !unix

package scaffold

import "os/exec"

// ownGroup does nothing: an app is one process here.
func ownGroup(*exec.Cmd) {}

// killGroup kills a process. An error means that it is gone.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
