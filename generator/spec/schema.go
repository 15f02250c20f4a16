package spec

import (
	"bytes"
	_ "embed" // for the directive below
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema of the spec, draft-07, which editors read.
// It describes the shape; what names refer to is checked by the generator.
func Schema() []byte { return bytes.Clone(schema) }
