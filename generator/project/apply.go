package project

import (
	"errors"
	"fmt"
)

// Apply does what a plan of Compare says, all of it or nothing: an error, be
// it a full disk half-way, leaves the folder as it was, and a kill leaves it
// to the next Open, which finishes or undoes the run. Files are replaced by
// renames; an empty plan writes nothing.
//
// Should a file have changed since Compare, Apply returns an error and changes
// nothing. *BusyError tells that another run is writing.
func (f *Folder) Apply(p *Plan) error {
	if f.readOnly {
		return errors.New("apply: the project was opened for reading")
	}
	if n := p.Count(Refuse); n > 0 {
		return fmt.Errorf("%d files exist that featherscaffold has not written", n)
	}
	if p.Empty() {
		return nil
	}
	undo, err := f.makeRoot()
	if err != nil {
		return err
	}
	if err := f.apply(p); err != nil {
		undo()
		return err
	}
	return f.readLock()
}

func (f *Folder) apply(p *Plan) error {
	// Left empty by a run that was undone, the folder goes again.
	defer func() { _ = f.disk.remove(stateDir) }()
	release, err := f.acquire()
	if err != nil {
		return err
	}
	defer release()
	changed, err := f.lockChanged()
	if err != nil {
		return err
	}
	if changed {
		return errors.New("another run changed the project meanwhile; run featherscaffold again")
	}
	t := newTransaction(f, p.ops)
	return t.run()
}

// recover finishes or undoes what a killed run has left.
func (f *Folder) recover() error {
	left, err := f.list(stateDir)
	if err != nil || left == nil {
		return err
	}
	if !left[txnName] && !f.staleRunLock(left) {
		return nil
	}
	if f.readOnly {
		return f.interrupted()
	}
	defer func() { _ = f.disk.remove(stateDir) }()
	release, err := f.acquire()
	if err != nil {
		return err
	}
	defer release()
	if err := f.settle(); err != nil {
		return fmt.Errorf("put an interrupted run right: %w", err)
	}
	return nil
}

// interrupted returns what a run that only reads has to say about the
// transaction of another run.
func (f *Folder) interrupted() error {
	left, err := f.list(txnDir)
	if err != nil {
		return err
	}
	text, err := f.read(runLockPath)
	if err != nil {
		return err
	}
	if !left[journalName] && !left[undoName] {
		return nil
	}
	if owner := livingOwner(string(text)); owner != "" {
		return &BusyError{Owner: owner, File: f.display(runLockPath)}
	}
	return ErrInterrupted
}

// settle ends the transaction that a killed run has left, if any.
func (f *Folder) settle() error {
	left, err := f.list(txnDir)
	if err != nil {
		return err
	}
	t := newTransaction(f, nil)
	switch {
	case left[undoName]:
		if err := t.load(undoName); err != nil {
			return err
		}
		return t.undo()
	case left[journalName]:
		if err := t.load(journalName); err != nil {
			return err
		}
		return t.finish()
	}
	return t.clear()
}
