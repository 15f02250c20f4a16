// Package featherssync speaks the wire of the npm package feathers-sync, so
// that an app and Node instances share one fleet: clients of each hear the
// events of the other.
//
// What is promised is what feathers-sync promises: nothing. Events that are
// published while an instance is away are lost for it; then its clients get a
// resync. While the broker is away some events wait here, and one whose fate is
// unknown is sent again, so that it may arrive twice. Between the processes of
// one app events go over the app's Bus, which does better: a Sync drops what
// has its own tag.
//
// Whoever may publish to the channel decides what clients hear, and Node
// instances put every call's headers, and passwords, on it: it is to be kept
// from strangers. A Sync sends neither. Node instances that use Redis go deaf
// at an event of a service that they do not have, so that only services that
// all of them have may be mirrored.
package featherssync
