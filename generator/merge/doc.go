// Package merge brings what the generator makes now together with what the
// user wrote. It works on bytes alone and knows no files.
//
// All of it goes by three versions of a file: base is what the generator made
// last time, user is what lies on disk, ours is what the generator makes now.
// What the user changed stays byte for byte; what only the generator changed
// follows ours; where both changed the same thing the user's stays, and the
// caller is told.
package merge

// A Conflict is a place that both the user and the generator changed.
type Conflict struct {
	What  string // the declaration, such as "Service.Join" or "import fmt"; empty for lines
	Line  int    // where the merged text has the user's version, from 1; 0 when the user removed it
	Lines int    // how many lines it has there, with markers when there are some
	User  string // the user's version, empty when removed
	Ours  string // the generator's, empty when removed
}

// A style says what a conflict leaves in the merged text.
type style int

const (
	keepUser style = iota
	markers
)
