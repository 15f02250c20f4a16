package bus

import "time"

// What is kept of frames that the broker has.
const (
	retainFor   = 10 * time.Second
	retainBytes = 4 << 20
)

// retained are frames that the broker confirmed of late, in case it forgets
// them. Their age counts from one frame to the next, so that none is given up
// while the broker is away.
type retained struct {
	frames []confirmed
	size   int
}

type confirmed struct {
	raw []byte
	at  time.Time
}

func (r *retained) add(raw []byte, now time.Time) {
	r.frames = append(r.frames, confirmed{raw, now})
	r.size += len(raw)
	n := 0
	for ; n < len(r.frames) && (r.size > retainBytes || now.Sub(r.frames[n].at) > retainFor); n++ {
		r.size -= len(r.frames[n].raw)
		r.frames[n] = confirmed{}
	}
	r.frames = r.frames[n:]
}

// take returns the frames, oldest first, and keeps none.
func (r *retained) take() [][]byte {
	all := make([][]byte, len(r.frames))
	for i, f := range r.frames {
		all[i] = f.raw
	}
	*r = retained{}
	return all
}
