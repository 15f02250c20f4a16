// Package watch tells when files of a project change.
package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quiet is how long nothing may change until a batch is told: an editor
	// that saves, or a checkout, changes several files.
	quiet = 60 * time.Millisecond
	// longest bounds how long a batch may be held back by further changes.
	longest = time.Second
	// maxPaths bounds a batch; one with more is told as all of the project.
	maxPaths = 10_000

	// Everything stands in a batch for changes that were too many to list.
	Everything = "."
)

// A Watcher watches a folder and all folders below.
type Watcher struct {
	root    string
	ignored func(path string) bool
	fs      *fsnotify.Watcher
	changes chan []string
	done    chan struct{} // closed by Close
	ended   chan struct{} // closed when the goroutine has ended
}

// New watches a folder. Paths are slash-separated and relative to it; a folder
// that is ignored is not entered, and with it all that it holds. ignored is
// called on a goroutine of the Watcher's. The caller closes the Watcher.
func New(root string, ignored func(path string) bool) (*Watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &Watcher{
		root: root, ignored: ignored, fs: notify,
		changes: make(chan []string), done: make(chan struct{}), ended: make(chan struct{}),
	}
	if err := w.add(root); err != nil {
		_ = notify.Close()
		return nil, err
	}
	go w.run()
	return w, nil
}

// Changes delivers what changed, in batches: sorted paths of files that were
// written, made or removed, and of folders that were made. What changes while
// nobody receives is added to the next batch.
func (w *Watcher) Changes() <-chan []string { return w.changes }

// Close stops watching.
func (w *Watcher) Close() error {
	close(w.done)
	err := w.fs.Close()
	<-w.ended
	return err
}

// add watches a folder and those below it.
func (w *Watcher) add(dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name != w.root {
			return nil // it went again
		}
		if err != nil {
			return err
		}
		if !d.IsDir() {
			return nil
		}
		if path := w.path(name); path != Everything && w.ignored(path) {
			return filepath.SkipDir
		}
		if err := w.fs.Add(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return watchError(name, err)
		}
		return nil
	})
}

func watchError(name string, err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("watch %s: the system's limit of watched folders is reached; raise fs.inotify.max_user_watches", name)
	}
	return fmt.Errorf("watch %s: %w", name, err)
}

// path returns a file's path below the root.
func (w *Watcher) path(name string) string {
	rel, err := filepath.Rel(w.root, name)
	if err != nil {
		return Everything
	}
	return filepath.ToSlash(rel)
}

// run gathers events into batches until Close.
func (w *Watcher) run() {
	defer close(w.ended)
	var (
		batch = map[string]bool{}
		first time.Time // of the batch
		list  []string
		out   chan<- []string // nil until the batch may be told
		timer = time.NewTimer(0)
	)
	defer timer.Stop()
	for {
		select {
		case e, ok := <-w.fs.Events:
			if !ok {
				return
			}
			fresh := len(batch) == 0
			if !w.note(batch, e) {
				continue
			}
			if fresh {
				first = time.Now()
			}
			out = nil
			timer.Reset(max(0, min(quiet, longest-time.Since(first))))
		case _, ok := <-w.fs.Errors:
			if !ok {
				return
			}
			// Events were lost, so anything may have changed.
			batch[Everything] = true
			timer.Reset(quiet)
		case <-timer.C:
			if len(batch) > 0 {
				list, out = slices.Sorted(maps.Keys(batch)), w.changes
			}
		case out <- list:
			clear(batch)
			out = nil
		case <-w.done:
			return
		}
	}
}

// note adds an event to a batch, and reports whether it counts.
func (w *Watcher) note(batch map[string]bool, e fsnotify.Event) bool {
	path := w.path(e.Name)
	if e.Op == fsnotify.Chmod || strings.HasPrefix(path, "../") || path != Everything && w.ignored(path) {
		return false
	}
	if e.Has(fsnotify.Create) {
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() && w.add(e.Name) != nil {
			path = Everything
		}
	}
	if len(batch) >= maxPaths {
		clear(batch)
		path = Everything
	}
	batch[path] = true
	return true
}
