// Package ratelimit bounds how often callers may do something, each by itself.
// It keeps no goroutine, and no more memory than a fixed number of callers
// need, however many there are.
package ratelimit
