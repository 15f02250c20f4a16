// Package report makes medians and ratios of what was measured, and writes
// them down.
package report
