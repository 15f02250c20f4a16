package project

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
)

// Names in the transaction's folder, besides new-N and old-N, the bytes after
// and before operation N.
const (
	journalPart = "journal.part"
	journalName = "journal" // all is staged: the run is to be finished
	undoName    = "undo"    // the run is to be undone
)

// maxUndo bounds the bytes that a finished transaction may keep for Undo.
const maxUndo = 32 << 20

// A transaction applies operations so that a kill at any point leaves enough
// to finish or to undo them.
//
//	stage    new-N and old-N are written; without a journal they are rubbish
//	journal  appears by a rename when all is staged: the point of no return
//	         for a kill
//	place    new-N are renamed to where they belong
//	keep     what it has replaced is kept for Undo, by a rename of the folder;
//	         or all goes, the journal first
//
// An error while placing renames the journal to undo; old-N go back then, and
// what was new goes. Each step may be repeated after a kill.
type transaction struct {
	folder *Folder
	disk   disk
	ops    []op
	dirs   []string // folders to create, outermost first
}

func newTransaction(f *Folder, ops []op) *transaction {
	return &transaction{folder: f, disk: f.disk, ops: ops}
}

func inTxn(name string) string         { return txnDir + "/" + name }
func staged(kind string, n int) string { return inTxn(kind + "-" + strconv.Itoa(n)) }

func (t *transaction) run() error {
	if err := t.stage(); err != nil {
		return errors.Join(fmt.Errorf("nothing was changed: %w", err), t.clear())
	}
	if err := t.place(); err != nil {
		return t.giveUp(err)
	}
	return t.finished()
}

// giveUp undoes a transaction that could not be finished because of err.
func (t *transaction) giveUp(err error) error {
	undoErr := t.disk.rename(inTxn(journalName), inTxn(undoName))
	if undoErr == nil {
		undoErr = t.undo()
	}
	if undoErr != nil {
		return errors.Join(fmt.Errorf("write the project: %w", err), fmt.Errorf("put it back as it was: %w; the next run tries again", undoErr))
	}
	return fmt.Errorf("nothing was changed: %w", err)
}

func (t *transaction) stage() error {
	if err := t.folder.ensureDir(txnDir); err != nil {
		return err
	}
	var durable []string
	for n, o := range t.ops {
		if err := t.stageOld(n, o); err != nil {
			return err
		}
		if o.remove {
			continue
		}
		if err := t.disk.create(staged("new", n), o.data, o.perm); err != nil {
			return fmt.Errorf("write %s: %w", t.folder.display(o.path), bare(err))
		}
		if o.durable {
			durable = append(durable, staged("new", n))
		}
	}
	t.findDirs()
	if err := t.disk.create(inTxn(journalPart), formatJournal(t.dirs, t.ops), 0o666); err != nil {
		return fmt.Errorf("write the journal: %w", bare(err))
	}
	if err := t.disk.sync(append(durable, inTxn(journalPart))); err != nil {
		return fmt.Errorf("write the journal: %w", bare(err))
	}
	return t.disk.rename(inTxn(journalPart), inTxn(journalName))
}

// stageOld keeps what an operation will overwrite, after a last look whether
// it is what the comparison saw.
func (t *transaction) stageOld(n int, o op) error {
	data, err := t.folder.read(o.path)
	if err != nil {
		return err
	}
	if hashOf(data) != o.old {
		return fmt.Errorf("%s was changed meanwhile; run featherscaffold again", t.folder.display(o.path))
	}
	if data == nil {
		return nil
	}
	if err := t.disk.create(staged("old", n), data, t.perm(o.path)); err != nil {
		return fmt.Errorf("save %s: %w", t.folder.display(o.path), bare(err))
	}
	return nil
}

func (t *transaction) perm(p string) fs.FileMode {
	if info, err := t.folder.root.Stat(p); err == nil {
		return info.Mode().Perm()
	}
	return 0o666
}

// findDirs lists the folders that have to be created.
func (t *transaction) findDirs() {
	seen := map[string]bool{}
	for _, o := range t.ops {
		if o.remove {
			continue
		}
		for _, dir := range parents(o.path) {
			if seen[dir] {
				continue
			}
			seen[dir] = true
			if _, err := t.folder.root.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
				t.dirs = append(t.dirs, dir)
			}
		}
	}
}

// load reads the operations of a transaction that was interrupted.
func (t *transaction) load(name string) error {
	data, err := t.folder.read(inTxn(name))
	if err != nil {
		return err
	}
	if t.dirs, t.ops, err = parseJournal(data); err != nil {
		return fmt.Errorf("%s is damaged: %w", t.folder.display(inTxn(name)), err)
	}
	return nil
}

// finish takes a transaction from its journal to its end.
func (t *transaction) finish() error {
	if err := t.place(); err != nil {
		return err
	}
	return t.finished()
}

func (t *transaction) place() error {
	made := map[string]bool{}
	for n, o := range t.ops {
		if dir := path.Dir(o.path); !o.remove && !made[dir] {
			made[dir] = true
			if err := t.folder.ensureDir(dir); err != nil {
				return err
			}
		}
		if err := t.placeOne(n, o); err != nil {
			return t.folder.explain(o.path, err)
		}
	}
	return nil
}

func (t *transaction) placeOne(n int, o op) error {
	have, err := t.folder.hash(o.path)
	if err != nil {
		return err
	}
	if o.remove {
		// Whatever else is there by now is the user's.
		if have != o.old {
			return nil
		}
		return t.ifThere(t.disk.remove(o.path))
	}
	data, err := t.folder.read(staged("new", n))
	if err != nil || data == nil {
		return err
	}
	if have != "" && have != o.old && have != o.hash {
		if err := t.rescue(o.path, have); err != nil {
			return err
		}
	}
	if Hash(data) != o.hash {
		// A power failure took the bytes of a file that can be made again.
		return errors.Join(t.ifThere(t.disk.remove(o.path)), t.disk.remove(staged("new", n)))
	}
	return t.disk.rename(staged("new", n), o.path)
}

// rescue moves away what the user wrote where an interrupted run is about to
// put its file.
func (t *transaction) rescue(p, hash string) error {
	to := backupPath(p, hash)
	if err := t.folder.ensureDir(path.Dir(to)); err != nil {
		return err
	}
	return t.disk.rename(p, to)
}

func (t *transaction) ifThere(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// finished cleans up after a transaction whose files are all in their places.
func (t *transaction) finished() error {
	for _, o := range t.ops {
		if o.remove {
			t.prune(o.path)
		}
	}
	if err := t.empty(undoDir); err != nil {
		return err
	}
	// A disk without space for the new name costs the undo, not the run.
	if t.undoable() && t.disk.rename(txnDir, undoDir) == nil {
		return nil
	}
	if err := t.disk.remove(inTxn(journalName)); err != nil {
		return fmt.Errorf("remove the journal: %w", bare(err))
	}
	return t.clear()
}

// undoable reports whether the transaction is one to keep for Undo: not that
// which made the project, whose undoing would remove it whole.
func (t *transaction) undoable() bool {
	size := int64(0)
	for n, o := range t.ops {
		if o.path == lockPath && o.old == "" {
			return false
		}
		if info, err := t.folder.root.Stat(staged("old", n)); err == nil {
			size += info.Size()
		}
	}
	return size <= maxUndo
}

// prune removes the folders above p that are empty.
func (t *transaction) prune(p string) {
	for _, dir := range slices.Backward(parents(p)) {
		if t.disk.remove(dir) != nil {
			return
		}
	}
}

// undo puts everything back as it was before the transaction.
func (t *transaction) undo() error {
	for n, o := range slices.Backward(t.ops) {
		if err := t.undoOne(n, o); err != nil {
			return t.folder.explain(o.path, err)
		}
	}
	for _, dir := range slices.Backward(t.dirs) {
		// One that is not empty holds something of the user's.
		_ = t.disk.remove(dir)
	}
	if err := t.disk.remove(inTxn(undoName)); err != nil {
		return fmt.Errorf("remove the journal: %w", bare(err))
	}
	return t.clear()
}

func (t *transaction) undoOne(n int, o op) error {
	if !o.remove {
		if _, err := t.folder.root.Lstat(staged("new", n)); err == nil {
			return nil
		}
	}
	have, err := t.folder.hash(o.path)
	if err != nil {
		return err
	}
	if have != "" && have != o.hash && have != o.old {
		return nil
	}
	if o.old != "" {
		return t.ifThere(t.disk.rename(staged("old", n), o.path))
	}
	return t.ifThere(t.disk.remove(o.path))
}

// clear removes the transaction's folder with all that is staged.
func (t *transaction) clear() error { return t.empty(txnDir) }

// empty removes a folder of the transaction's files.
func (t *transaction) empty(dir string) error {
	left, err := t.folder.list(dir)
	if err != nil || left == nil {
		return err
	}
	for name := range left {
		if err := t.disk.remove(dir + "/" + name); err != nil {
			return fmt.Errorf("clean up: %w", bare(err))
		}
	}
	if err := t.ifThere(t.disk.remove(dir)); err != nil {
		return fmt.Errorf("clean up: %w", bare(err))
	}
	return nil
}

// bare strips the path of a staged file, which says nothing to people, from
// an error.
func bare(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
