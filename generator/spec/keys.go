package spec

import "slices"

// ServiceKeys returns the keys of a service, in the order that documents have
// them in.
func ServiceKeys() []string { return slices.Clone(serviceShape.keys) }

// Methods returns the names of the standard methods.
func Methods() []string { return slices.Clone(methodWords) }
