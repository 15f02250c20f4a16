// Package spec reads feathers.yaml: from YAML to syntax with positions. It
// knows the shape of the spec and the field language, not what names refer
// to; that is the model's. Everything wrong with a spec is gathered as
// diagnostics, so that one run shows all of it.
package spec
