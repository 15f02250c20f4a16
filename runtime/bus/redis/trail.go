package redis

import (
	"strconv"
	"strings"
)

const (
	markEvery = 1000 // milliseconds between the entries that a trail keeps
	maxMarks  = 64
)

// A trail is what was read of the stream: the last entry, and one of each
// second of the last minute or so, in case Redis loses the last ones.
type trail struct {
	last  entry // the zero entry before the first
	marks []entry
}

func (t *trail) add(e entry) {
	t.last = e
	if n := len(t.marks); n > 0 && e.time() < t.marks[n-1].time()+markEvery {
		return
	}
	if len(t.marks) == maxMarks {
		t.marks = append(t.marks[:0], t.marks[1:]...)
	}
	t.marks = append(t.marks, e)
}

// back makes an earlier entry the last, the beginning when no other is known.
func (t *trail) back() {
	t.last = beginning
	if n := len(t.marks); n > 0 {
		t.last, t.marks = t.marks[n-1], t.marks[:n-1]
	}
}

// An entry is one of the stream. Its sum tells it from an entry that has the
// same ID in another history of the stream, as it happens when Redis goes on
// from older data.
type entry struct {
	id  string
	sum uint64 // of its frame
}

// beginning is before all entries.
var beginning = entry{id: "0-0"}

// time returns the milliseconds of the server's clock, which begin an ID.
func (e entry) time() uint64 {
	ms, _ := parseID(e.id)
	return ms
}

// before reports whether an entry's ID is lower than another's.
func before(id, other string) bool {
	ms, n := parseID(id)
	otherMS, otherN := parseID(other)
	return ms < otherMS || ms == otherMS && n < otherN
}

func parseID(id string) (ms, n uint64) {
	first, second, _ := strings.Cut(id, "-")
	ms, _ = strconv.ParseUint(first, 10, 64)
	n, _ = strconv.ParseUint(second, 10, 64)
	return ms, n
}
