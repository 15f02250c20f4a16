package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Dir returns the folder in which the cluster of an app with that name and
// address has its sockets unless it is told otherwise. It is another one for
// each user, and lies in os.TempDir, so both sides need the same TMPDIR.
func Dir(name, addr string) string {
	if name == "" {
		name = filepath.Base(os.Args[0])
	}
	sum := sha256.Sum256([]byte(strconv.Itoa(os.Geteuid()) + "\x00" + name + "\x00" + addr))
	return filepath.Join(os.TempDir(), "featherscaffold-"+hex.EncodeToString(sum[:6]))
}

// ErrRunning says that another supervisor has the same Dir.
var ErrRunning = errors.New("the app is already running")

// maxPath is how long a socket's path may be, by the narrower system.
const maxPath = 103

// longest is the name of a socket that is as long as can be.
const longest = "/9999.99999999.sock"

// makeDir makes the folder of the sockets if it is missing.
func makeDir(dir string) error {
	if len(dir)+len(longest) > maxPath {
		return fmt.Errorf("folder %s: its path is too long for sockets in it, at most %d bytes", dir, maxPath-len(longest))
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return checkDir(dir)
}

// checkDir makes sure that no other user can have made, or can enter, a folder.
func checkDir(dir string) error {
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", dir)
	case !private(info):
		return fmt.Errorf("folder %s must belong to you, with mode 0700", dir)
	}
	return nil
}

const adminName = "admin.sock"

// clean removes the sockets that workers before left.
func clean(dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, "*.sock")) // the pattern is good
	for _, path := range old {
		_ = os.Remove(path)
	}
}
