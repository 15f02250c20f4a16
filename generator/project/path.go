package project

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"
)

// What the package keeps in a project, in slash-separated paths below it.
const (
	stateDir    = ".featherscaffold"
	lockPath    = stateDir + "/lock"
	schemaPath  = stateDir + "/schema.lock"
	baseDir     = stateDir + "/base"
	incomingDir = stateDir + "/incoming"
	backupDir   = stateDir + "/backup"
	txnName     = "txn"
	txnDir      = stateDir + "/" + txnName
	undoDir     = stateDir + "/undo" // the last transaction, for Undo
	runLockName = "run.lock"
	runLockPath = stateDir + "/" + runLockName
)

// checkPath says why a file may not be planned or locked at a path.
func checkPath(p string) error {
	if !fs.ValidPath(p) || p == "." || strings.ContainsFunc(p, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }) {
		return fmt.Errorf("%q is no path below the project", p)
	}
	for _, own := range []string{".git", lockPath, schemaPath, baseDir, incomingDir, backupDir, txnDir, undoDir, runLockPath} {
		if p == own || strings.HasPrefix(p, own+"/") {
			return fmt.Errorf("%q is no place for a generated file", p)
		}
	}
	return nil
}

// incomingPath is where our version of a file in conflict waits.
func incomingPath(p string) string { return incomingDir + "/" + p }

// backupPath is where bytes that would be overwritten are kept. The hash in it
// keeps a second backup of the same file from replacing the first.
func backupPath(p, hash string) string { return backupDir + "/" + p + "." + hash[:8] }

func basePath(hash string) string { return baseDir + "/" + hash }

// parents lists the folders above p, outermost first.
func parents(p string) []string {
	var list []string
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		list = append([]string{dir}, list...)
	}
	return list
}
