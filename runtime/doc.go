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
// An App is set up by one goroutine: Use, Hooks, OnConnect and OnDisconnect
// are called before the first Handle, Do or Connect. From then on all other
// methods are safe for concurrent use.
package runtime
