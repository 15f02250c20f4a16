// Package engineio serves Engine.IO 4 and, by option, 3: sessions over HTTP
// long polling and websockets, the upgrade from one to the other, heartbeats
// and limits. What the messages of a session mean is its Handler's business.
//
// A session over a websocket owns one goroutine, its reader; a polling
// session owns none between requests, save one that goes over to a websocket
// while its last POST is handled. Heartbeats are timers.
//
// Locks nest in this order: Session.recv, Session.mu, the websocket's own. No
// other lock is taken while Server.mu is held. Handlers are called with at
// most recv held.
package engineio
