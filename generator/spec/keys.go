package spec

import "slices"

// ServiceKeys returns the keys of a service, in the order that documents have
// them in.
func ServiceKeys() []string { return slices.Clone(serviceShape.keys) }

// Methods returns the names of the standard methods.
func Methods() []string { return slices.Clone(methodWords) }

// Transports returns the names of the transports.
func Transports() []string { return slices.Clone(transportsWords) }

// SyncBackends returns the words of sync.
func SyncBackends() []string { return slices.Clone(backendWords) }
