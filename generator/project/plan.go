package project

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/plan"
)

// An Action says what a run does with a file.
type Action string

// The actions. Move, Merge and Extend write to a file that the user changed,
// too: Move what follows the rename of a service, Merge what its template
// changed, Extend what the spec asks of a stub. Keep, Conflict and Orphan leave the user's bytes in place; Conflict and Orphan want
// a person's decision. Refuse stops the whole run.
const (
	Create   Action = "create"
	Update   Action = "update"
	Move     Action = "move"
	Merge    Action = "merge"
	Extend   Action = "extend"
	Delete   Action = "delete"
	Keep     Action = "keep"
	Conflict Action = "conflict"
	Orphan   Action = "orphan"
	Refuse   Action = "refuse"
)

// A Change is what a run does with one file.
type Change struct {
	Path     string // slash-separated, below the project
	From     string // where the file was, when it follows a rename to Path; "" for where it is
	Class    plan.Class
	Template string // name of the template and its hash, "" for none
	Unit     string // name of the service that the file is about, "" for the app
	Action   Action
	Reason   string // for people; "" where the action says it all
	Saved    string // where the version that lost is kept, "" when none did
	Notes    []Note // places in the file to look at, by line

	before, after []byte
}

// A Note is about a place in a file as it is after the run.
type Note struct {
	Line int // from 1; 0 for the file as a whole
	Text string
}

// Before returns the file's bytes on disk, nil for none.
func (c *Change) Before() []byte { return c.before }

// After returns the file's bytes after the run, nil for none. For a conflict
// it is what featherscaffold would have written.
func (c *Change) After() []byte { return c.after }

// A Plan is what a run would do. It is good for one Apply on the folder that
// made it.
type Plan struct {
	Changes   []Change // sorted by path
	Unchanged int      // files that are as they should be

	ops []op
}

// Empty reports whether applying the plan writes nothing at all. A plan
// without creates, updates and deletes need not be empty: the lock may change.
func (p *Plan) Empty() bool { return len(p.ops) == 0 }

// Files returns what applying the plan writes to the project, by path: nil for
// a file that it deletes. What featherscaffold keeps for itself is left out.
func (p *Plan) Files() map[string][]byte {
	files := map[string][]byte{}
	for _, o := range p.ops {
		switch {
		case strings.HasPrefix(o.path, stateDir+"/"):
		case o.remove:
			files[o.path] = nil
		default:
			files[o.path] = o.data
		}
	}
	return files
}

// Count returns how many changes have one of the actions.
func (p *Plan) Count(actions ...Action) int {
	n := 0
	for _, c := range p.Changes {
		if slices.Contains(actions, c.Action) {
			n++
		}
	}
	return n
}

// NeedsPerson reports whether something is left for a person to decide.
func (p *Plan) NeedsPerson() bool { return p.Count(Conflict, Orphan) > 0 }

func (p *Plan) add(c Change) { p.Changes = append(p.Changes, c) }

func (p *Plan) sort() {
	slices.SortFunc(p.Changes, func(a, b Change) int { return cmp.Compare(a.Path, b.Path) })
}

// An op puts a file in its place or removes it.
type op struct {
	path   string
	data   []byte // what to put; unused by a remove
	remove bool
	old    string // hash of what is there before, "" for nothing
	hash   string // hash of data, "" for a remove
	perm   fs.FileMode
	// durable asks that the bytes survive a power failure. It is left out for
	// what a later run can make again, which saves most of a run's time.
	durable bool
}
