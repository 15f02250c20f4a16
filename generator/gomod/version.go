package gomod

import (
	"go/version"

	"golang.org/x/mod/semver"
)

// compareGo compares the versions of two go lines, "1.26" or "1.26.1", as the
// go command does.
func compareGo(a, b string) int {
	return version.Compare("go"+a, "go"+b)
}

// Later reports whether version a of a module is later than b. What is no
// released version is neither later nor earlier than anything.
func Later(a, b string) bool {
	return semver.IsValid(a) && semver.IsValid(b) && semver.Compare(a, b) > 0
}
