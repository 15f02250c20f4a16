// Package services holds what all services share: hooks around every call,
// and the channels that connections join. Each service has a package below.
package services

import "github.com/featherscaffold/featherscaffold/runtime"

// Hooks returns the hooks of every service. They lie around the service's
// own.
func Hooks() runtime.Hooks {
	return runtime.Hooks{}
}

// Channels says which channels connections join beyond those that the spec
// names. Events go to channels: see publish in feathers.yaml; what goes beyond
// its rules is said here, by app.Publish and app.Filter.
func Channels(app *runtime.App) {
	app.OnConnect(func(c *runtime.Connection) {
		// For example: c.Join("visitors")
	})
}
