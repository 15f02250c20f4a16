// Package process starts workers from the running program and hands them the
// listening socket, and finds these in a worker.
package process
