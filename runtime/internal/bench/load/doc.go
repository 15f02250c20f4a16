// Package load drives one server, or two instances of it, and measures how
// they do: REST requests, calls over Socket.IO, events to many subscribers and
// from one instance to the other, idle connections.
//
// It runs in a process of its own. Latencies are in that process's one clock,
// its own queueing included.
package load
