// Package sockets is what the socket transports share: it reads Feathers'
// calls, [method, path, arguments…], runs them under a bound for each
// connection, answers them, and delivers events. How a transport frames its
// messages is a Codec's business.
package sockets
