package redis

import "sync/atomic"

// An average is of the sizes of late, of all that processes send: the stream is
// theirs together. One goroutine adds, any may load.
type average struct{ scaled atomic.Int64 }

// weight is how many sizes count, about.
const weight = 256

func (a *average) add(size int) {
	old := a.scaled.Load()
	a.scaled.Store(old + int64(size) - old/weight)
}

// load returns the average. It grows from 0 with the first sizes.
func (a *average) load() int64 { return a.scaled.Load() / weight }
