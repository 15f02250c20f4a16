package plan

// Class says whose a file is once it has been written, and so what a later
// run may do to it.
type Class string

// The classes of a file.
const (
	// Generated files belong to the tool and are rewritten when they differ.
	Generated Class = "generated"
	// Stub files are Go files that the tool creates and the user fills in.
	Stub Class = "stub"
	// Merge files are scaffolding that the user may change and the tool
	// updates as long as the user has not.
	Merge Class = "merge"
	// Once files are the user's from birth: written when missing at the first
	// run, never again.
	Once Class = "once"
)
