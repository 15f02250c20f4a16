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
	frame
	at time.Time
}

func (r *retained) add(f frame, now time.Time) {
	f.flags = 0
	r.frames = append(r.frames, confirmed{f, now})
	r.size += len(f.body)
	n := 0
	for ; n < len(r.frames) && (r.size > retainBytes || now.Sub(r.frames[n].at) > retainFor); n++ {
		r.size -= len(r.frames[n].body)
		r.frames[n] = confirmed{}
	}
	r.frames = r.frames[n:]
}

// take returns the frames, oldest first, and keeps none. Small ones become
// large ones: those that listen wait for them all.
func (r *retained) take() (frames []frame) {
	for _, f := range r.frames {
		if n := len(frames); n == 0 || !frames[n-1].join(&f.frame) {
			f.body = f.body[:len(f.body):len(f.body)]
			frames = append(frames, f.frame)
		}
	}
	*r = retained{}
	return frames
}

// join adds the messages of the next frame, if they fit.
func (f *frame) join(next *frame) bool {
	if f.first+f.count != next.first || f.count+next.count > batchMessages || len(f.body)+len(next.body) > batchBytes {
		return false
	}
	f.count += next.count
	f.body = append(f.body, next.body...)
	return true
}
