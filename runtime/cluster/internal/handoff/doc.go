// Package handoff gives a client's connection from one process to another:
// the socket itself goes over, with the request that was read from it, so
// nothing stands between the client and its new server. Both need to be
// started by the same user; the folder of the sockets sees to that.
package handoff
