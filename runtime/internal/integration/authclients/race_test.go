//go:build race

package authclients_test

// slower is how much the race detector costs loops over bytes.
const slower = 50
