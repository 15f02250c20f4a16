package handoff

import "path/filepath"

// Path returns where a worker's socket is.
func Path(dir, worker string) string { return filepath.Join(dir, worker+".sock") }
