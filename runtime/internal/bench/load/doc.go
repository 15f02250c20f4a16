// Package load drives one server and measures how it does: REST requests,
// calls over Socket.IO, events to many subscribers, idle connections.
//
// It runs in a process of its own, on another CPU than the server. Latencies
// are in that process's one clock, its own queueing included.
package load
