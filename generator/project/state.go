package project

import "github.com/featherscaffold/featherscaffold/generator/plan"

// A State is what a folder knows of one file.
type State struct {
	Known   bool // a run has written it, or left it to the user
	Class   plan.Class
	There   bool   // it is on the disk
	Edited  bool   // it is not as the last run left it
	Waiting string // where our version of it waits for a decision, "" for nowhere
}

// State returns what the folder knows of the file at a path.
func (f *Folder) State(path string) (State, error) {
	if err := checkPath(path); err != nil {
		return State{}, err
	}
	have, err := f.hash(path)
	if err != nil {
		return State{}, err
	}
	e, known := f.lock.entries[path]
	s := State{Known: known, Class: e.class, There: have != ""}
	s.Edited = known && !e.wrote(have)
	if e.pending != "" {
		s.Waiting = incomingPath(path)
	}
	return s, nil
}
