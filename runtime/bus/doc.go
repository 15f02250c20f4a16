// Package bus carries messages between the processes of an app, wherever they
// run, by a broker: every message once and in order for each process it comes
// from, or a gap with the number of those that are lost.
//
// A driver, in packages redis and rabbitmq, is a Broker that carries frames and
// no more. All else is here: what waits while the broker is away, frames, order,
// duplicates, gaps, keys and counts. Workers of one host hear each other by
// Options.Local, with the broker and without.
//
// # Frames
//
// A frame has a version, flags, the instance and the origin (8 bytes each), the
// number of its first message and how many messages there are (uvarints), and
// each message with its length before it. An instance is all workers of one
// supervisor, an origin is one process: it counts its messages from 1. With a
// key, an HMAC-SHA256 ends the frame. A process has one frame on the way at a
// time, so that a frame that is sent again never comes after a later one.
//
// A frame without messages, a heartbeat, tells the next number: it is the first
// frame of a process, follows a second after the last message, and then every
// ten seconds. So a receiver notices also what was lost at either end. Once a
// process is connected it sends one that asks for those of all others.
//
// # Limits
//
// What waits for the broker is bounded by Options.Outbox; the oldest give way,
// and receivers are told the gap. A receiver remembers 4096 origins. A process
// sends again what it sent in the last ten seconds, up to 4 MiB, when the broker
// has forgotten it; then another that has just started may hear messages from
// before its start.
//
// Without a key anyone who reaches the broker can send events to clients. With
// one, he can still hear them.
package bus
