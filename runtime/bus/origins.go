package bus

import "time"

// maxOrigins is how many a receiver remembers. Processes that live say
// something every ten seconds, so that those that are gone are forgotten first.
const maxOrigins = 4096

// origins are the processes that were heard.
type origins struct {
	limit int
	known map[id]*origin
}

type origin struct {
	name  string
	next  uint64 // number of the message that it sends next
	heard time.Time
}

func newOrigins(limit int) origins { return origins{limit, map[id]*origin{}} }

// find returns an origin. One that is not known begins at first: what it sent
// before was not for this process.
func (o *origins) find(i id, first uint64, now time.Time) *origin {
	found := o.known[i]
	if found == nil {
		if len(o.known) >= o.limit {
			o.forget()
		}
		found = &origin{name: i.String(), next: first}
		o.known[i] = found
	}
	found.heard = now
	return found
}

// forget makes room of the origin that was silent for longest.
func (o *origins) forget() {
	var oldest id
	var at time.Time
	for i, known := range o.known {
		if at.IsZero() || known.heard.Before(at) {
			oldest, at = i, known.heard
		}
	}
	delete(o.known, oldest)
}
