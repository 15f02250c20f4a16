package gomod

import "go/version"

// compareGo compares the versions of two go lines, "1.26" or "1.26.1", as the
// go command does.
func compareGo(a, b string) int {
	return version.Compare("go"+a, "go"+b)
}
