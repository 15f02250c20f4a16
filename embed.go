// Package featherscaffold holds the source of the runtime, which the command
// writes into projects. It lies here because go:embed can not reach above its
// own folder.
package featherscaffold

import "embed"

// Source holds go.mod, LICENSE and the folder runtime.
//
//go:embed go.mod LICENSE runtime
var Source embed.FS
