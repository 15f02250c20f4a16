package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// A BusyError says that another run is writing to the same project.
type BusyError struct {
	Owner string // "process 123", with the host's name when it is another one
	File  string // the file that says so
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("another featherscaffold is writing to this project (%s); if that is not so, delete %s", e.Owner, e.File)
}

// acquire takes the project for this process until release is called. A lock
// whose process is gone is taken over.
func (f *Folder) acquire() (release func(), err error) {
	if err := f.ensureDir(stateDir); err != nil {
		return nil, err
	}
	mine := []byte(runLockText())
	for {
		err := f.disk.exclusive(runLockPath, mine)
		if err == nil {
			return f.release, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			// A full disk leaves an empty file behind.
			_ = f.disk.remove(runLockPath)
			return nil, fmt.Errorf("lock the project: %w", err)
		}
		if err := f.breakStale(); err != nil {
			return nil, err
		}
	}
}

// release gives the project free, and removes what takers of stale locks that
// were killed have left.
func (f *Folder) release() {
	names, _ := f.list(stateDir)
	for name := range names {
		if strings.HasPrefix(name, runLockName+".") {
			_ = f.disk.remove(path.Join(stateDir, name))
		}
	}
	_ = f.disk.remove(runLockPath)
}

// staleRunLock reports whether one of the names in the state folder is the run
// lock of a process that is gone.
func (f *Folder) staleRunLock(names map[string]bool) bool {
	for name := range names {
		if strings.HasPrefix(name, runLockName+".") {
			return true
		}
	}
	if !names[runLockName] {
		return false
	}
	text, err := f.read(runLockPath)
	return err == nil && text != nil && livingOwner(string(text)) == ""
}

// breakStale removes the lock of a process that is gone, or returns a
// *BusyError.
func (f *Folder) breakStale() error {
	text, err := f.root.ReadFile(runLockPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lock the project: %w", err)
	}
	if owner := livingOwner(string(text)); owner != "" {
		return &BusyError{Owner: owner, File: f.display(runLockPath)}
	}
	// Renaming first lets only one of several processes win, and shows whether
	// the lock is still the one that was read.
	aside := fmt.Sprintf("%s.%d", runLockPath, os.Getpid())
	if err := f.disk.rename(runLockPath, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("take over a stale lock: %w", err)
	}
	if now, err := f.root.ReadFile(aside); err == nil && string(now) != string(text) {
		return errors.Join(f.disk.rename(aside, runLockPath), &BusyError{Owner: livingOwner(string(now)), File: f.display(runLockPath)})
	}
	return f.disk.remove(aside)
}

func runLockText() string {
	host, _ := os.Hostname()
	return fmt.Sprintf("%d %s\n", os.Getpid(), host)
}

// livingOwner names the process that wrote a run lock, or returns "" when it
// is gone. A process of another host counts as living.
func livingOwner(text string) string {
	number, host, _ := strings.Cut(strings.TrimSpace(text), " ")
	pid, err := strconv.Atoi(number)
	if err != nil || pid <= 0 {
		return ""
	}
	if here, _ := os.Hostname(); host != here {
		return fmt.Sprintf("process %d on %s", pid, host)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return ""
	}
	defer func() { _ = p.Release() }()
	// Windows knows no signal 0, but finds only processes that live.
	if runtime.GOOS != "windows" {
		if err := p.Signal(syscall.Signal(0)); err != nil && !errors.Is(err, syscall.EPERM) {
			return ""
		}
	}
	return fmt.Sprintf("process %d", pid)
}
