// Package transporttest is an app for the tests of transports: services with
// records, custom methods, events, nested paths, refusals and failures, on a
// store of its own.
package transporttest
