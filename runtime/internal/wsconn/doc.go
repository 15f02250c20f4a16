// Package wsconn is one websocket connection of a server: handshake, limits,
// close codes, and a bounded queue whose writer joins what has piled up into
// one write. It knows no protocol that is spoken over websockets.
//
// What goes out are finished frames, built once by BeginText and EndFrame and
// shared by any number of connections; so a frame must not change once it is
// sent. An idle connection costs no goroutine but its reader's, and a read
// buffer of a quarter KiB: a few goroutines write for all connections that
// have something queued, in turn, and end when there is nothing. They do not
// wait. A client that does not take what it is sent gets a goroutine that
// waits for it alone.
//
// Gorilla's websocket does the handshake, and the client's side in tests.
// Frames are read here, with less memory and a smaller stack while waiting.
package wsconn
