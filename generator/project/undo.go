package project

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/plan"
)

// ErrNothingToUndo is returned by Undo where no run has replaced anything, and
// after the run that made the project.
var ErrNothingToUndo = errors.New("there is no run to undo")

// A ChangedError says that files are not as the last run left them.
type ChangedError struct{ Files []string }

func (e *ChangedError) Error() string {
	return fmt.Sprintf("changed since the last run, which can not be undone any more: %s", strings.Join(e.Files, ", "))
}

// Undo returns the plan that puts every file of the project back to what it
// was before the last run, the lock included. Undoing is a run, too: the next
// Undo does it again. The errors that callers may want to tell apart are
// ErrNothingToUndo and *ChangedError.
func (f *Folder) Undo() (*Plan, error) {
	journal, err := f.read(undoDir + "/" + journalName)
	if err != nil {
		return nil, err
	}
	if journal == nil {
		return nil, ErrNothingToUndo
	}
	_, ops, err := parseJournal(journal)
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", f.display(undoDir+"/"+journalName), err)
	}
	u := undoing{folder: f, plan: &Plan{}}
	for n, o := range ops {
		if err := u.add(n, o); err != nil {
			return nil, err
		}
	}
	if len(u.changed) > 0 {
		return nil, &ChangedError{Files: u.changed}
	}
	u.plan.sort()
	return u.plan, nil
}

// An undoing gathers the reverse of a transaction.
type undoing struct {
	folder  *Folder
	plan    *Plan
	changed []string
}

// add adds the reverse of operation n.
func (u *undoing) add(n int, o op) error {
	have, err := u.folder.read(o.path)
	if err != nil {
		return err
	}
	if hashOf(have) != o.hash {
		// What is offered and what is saved may be read and deleted.
		if !strings.HasPrefix(o.path, incomingDir+"/") && !strings.HasPrefix(o.path, backupDir+"/") {
			u.changed = append(u.changed, o.path)
		}
		return nil
	}
	if err := u.folder.checkTarget(o.path); err != nil {
		return err
	}
	back := op{path: o.path, old: o.hash, hash: o.old, remove: o.old == "", durable: true}
	if !back.remove {
		if err := u.stored(n, &back); err != nil {
			return err
		}
	}
	u.plan.ops = append(u.plan.ops, back)
	if !strings.HasPrefix(o.path, stateDir+"/") {
		u.plan.add(Change{
			Path: o.path, Class: u.class(o.path), Action: actionOf(back), before: have, after: back.data,
		})
	}
	return nil
}

// stored reads the bytes that operation n replaced.
func (u *undoing) stored(n int, back *op) error {
	name := undoDir + "/old-" + strconv.Itoa(n)
	var err error
	if back.data, err = u.folder.read(name); err != nil {
		return err
	}
	if hashOf(back.data) != back.hash {
		return fmt.Errorf("%s is damaged", u.folder.display(name))
	}
	var info fs.FileInfo
	if info, err = u.folder.root.Stat(name); err == nil {
		back.perm = info.Mode().Perm()
	}
	return err
}

func (u *undoing) class(path string) plan.Class { return u.folder.lock.entries[path].class }

func actionOf(o op) Action {
	switch {
	case o.remove:
		return Delete
	case o.old == "":
		return Create
	}
	return Update
}
