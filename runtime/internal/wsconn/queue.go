package wsconn

// frameCost is added to a frame's length in what a Queue counts, so that many
// empty frames are bounded too.
const frameCost = 32

// keptFrames is how long a list of frames an idle queue keeps.
const keptFrames = 16

// A Queue holds frames on their way to one client, bounded by their bytes.
// Its owner guards it by a lock.
type Queue struct {
	frames [][]byte
	head   int // frames before it are gone
	size   int
	limit  int
	inline [2][]byte     // what frames points at while they are few
	space  chan struct{} // closed when frames were taken; nil while nobody waits
}

// SetLimit sets how many bytes the queue may hold. It is called before use.
func (q *Queue) SetLimit(bytes int) { q.limit = bytes }

// Empty reports whether nothing is queued.
func (q *Queue) Empty() bool { return q.head == len(q.frames) }

// Fits reports whether the queue has room for a frame of n bytes. An empty
// queue takes a frame of any length.
func (q *Queue) Fits(n int) bool { return q.Empty() || q.size+n+frameCost <= q.limit }

// Put appends a frame, whether it fits or not.
func (q *Queue) Put(frame []byte) {
	if q.frames == nil {
		q.frames = q.inline[:0]
	}
	if len(q.frames) == cap(q.frames) && q.head > len(q.frames)/2 {
		n := copy(q.frames, q.frames[q.head:])
		clear(q.frames[n:])
		q.frames, q.head = q.frames[:n], 0
	}
	q.frames = append(q.frames, frame)
	q.size += len(frame) + frameCost
}

// Next takes the next frame. It returns nil when there is none.
func (q *Queue) Next() []byte {
	if q.Empty() {
		return nil
	}
	frame := q.frames[q.head]
	q.frames[q.head] = nil
	q.head++
	q.size -= len(frame) + frameCost
	if q.Empty() {
		q.reset()
	}
	q.free()
	return frame
}

// Clear drops all frames.
func (q *Queue) Clear() {
	clear(q.frames[q.head:])
	q.size = 0
	q.reset()
	q.free()
}

// Awaited reports whether somebody waits for space.
func (q *Queue) Awaited() bool { return q.space != nil }

func (q *Queue) reset() {
	clear(q.inline[:])
	q.frames, q.head = q.frames[:0], 0
	if cap(q.frames) > keptFrames {
		q.frames = q.inline[:0]
	}
}

// free wakes those who wait for space.
func (q *Queue) free() {
	if q.space != nil {
		close(q.space)
		q.space = nil
	}
}

// Space returns a channel that is closed when frames were taken.
func (q *Queue) Space() <-chan struct{} {
	if q.space == nil {
		q.space = make(chan struct{})
	}
	return q.space
}

// join takes as many frames as fit into buf, at least one, and returns their
// bytes: in buf, or for a single frame the frame itself.
func (q *Queue) join(buf []byte) []byte {
	frame := q.Next()
	if q.Empty() || len(frame) > cap(buf)/2 {
		return frame
	}
	buf = append(buf[:0], frame...)
	for !q.Empty() && len(buf)+len(q.frames[q.head]) <= cap(buf) {
		buf = append(buf, q.Next()...)
	}
	return buf
}
