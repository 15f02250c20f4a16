// Package runtime is what generated apps run on: an App with services, their
// hooks, the events that calls cause and the channels that carry events to
// connected clients.
//
// A transport turns what it reads into a Request and hands it to App.Handle;
// Go code calls services through App.Do or, typed, through package typed.
// Either way the call runs the hooks, uses the service's Store or custom
// method, and sends its events.
//
// Drivers live in packages of their own: stores below store, transports below
// transport. This package knows their interfaces only.
//
// # Several processes
//
// With a Bus, clients hear the events of all processes of the app. An event
// arrives once, and those of one process in the order in which they happened;
// but a Bus may lose some: a broker is away for too long, or a process is too
// slow. Then every client that is in a channel gets, for each service that
// sends events, the event resync with {"missed":3}, 0 when nobody knows how
// many. It is one of the service's events to the official clients; what they
// show may be out of date, so they read it again:
//
//	client.service('messages').on('resync', () => reload())
//
// A client that many others share a server with waits a random part of some
// seconds first. An event that is larger than the Bus takes is a resync, too,
// to the clients of other processes in its channels.
//
// An App is set up by one goroutine: Use, Hooks, OnConnect and OnDisconnect
// are called before the first Handle, Do or Connect. From then on all other
// methods are safe for concurrent use.
package runtime
