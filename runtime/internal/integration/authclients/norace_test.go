//go:build !race

package authclients_test

const slower = 1
