package password

import "context"

// Gate is known to tests, for passwords would take their time.
type Gate = gate

// The kinds of work, and how many callers may wait for each.
const (
	Comparing  = comparing
	Hashing    = hashing
	MaxWaiting = maxWaiting
)

// NewGate returns a gate of n turns.
func NewGate(n int) *Gate { return newGate(n) }

// Turns is the gate that the package uses.
var Turns = turns

// Enter is enter.
func (g *gate) Enter(ctx context.Context, k kind) error { return g.enter(ctx, k) }

// Leave is leave.
func (g *gate) Leave() { g.leave() }
