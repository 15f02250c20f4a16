package redis

import (
	"context"
	"fmt"
	"hash/maphash"

	"github.com/redis/go-redis/v9"
)

// A stream is the one of an app.
type stream struct {
	key          string
	length, size int64
}

// minLength is how many frames stay, however large.
const minLength = 1000

// bound returns how many frames the stream may have, when they have so many
// bytes each in the middle.
func (s stream) bound(average int64) int64 {
	return min(s.length, max(minLength, s.size/max(average, 1)))
}

// A fate is what became of an entry.
type fate int

const (
	kept      fate = iota // it is there
	trimmed               // it was there, and is gone with all before it
	forgotten             // Redis has lost it, or what came later as well
)

// probe finds out whether a connection leads to a server with this stream.
func (s stream) probe(ctx context.Context, l *link) error {
	err := l.XLen(ctx, s.key).Err()
	if redis.HasErrorPrefix(err, "WRONGTYPE") {
		return fmt.Errorf("key %q is taken by something that is no stream: %w", s.key, err)
	}
	return err
}

// look tells what became of an entry. The info is nil if it is kept.
func (s stream) look(ctx context.Context, l *link, e entry) (fate, *redis.XInfoStream, error) {
	if has, err := s.has(ctx, l, e); has || err != nil {
		return kept, nil, err
	}
	info, err := s.info(ctx, l)
	if err != nil {
		return 0, nil, err
	}
	return s.judge(e, info), info, nil
}

func (s stream) has(ctx context.Context, l *link, e entry) (bool, error) {
	found, err := l.XRangeN(ctx, s.key, e.id, e.id, 1).Result()
	return len(found) == 1 && sum(frameOf(found[0])) == e.sum, err
}

// info of a stream that does not exist is that of an empty one.
func (s stream) info(ctx context.Context, l *link) (*redis.XInfoStream, error) {
	info, err := l.XInfoStream(ctx, s.key).Result()
	if redis.HasErrorPrefix(err, "no such key") {
		return &redis.XInfoStream{LastGeneratedID: beginning.id}, nil
	}
	return info, err
}

// judge tells why an entry is not there.
func (s stream) judge(e entry, info *redis.XInfoStream) fate {
	switch {
	case before(info.LastGeneratedID, e.id):
		return forgotten
	case info.Length > 0 && !before(e.id, info.FirstEntry.ID):
		return forgotten
	case info.EntriesAdded > info.Length:
		return trimmed
	case info.EntriesAdded == 0 && info.Length >= min(s.length, minLength):
		return trimmed // Redis before 7 does not count what it adds
	default:
		return forgotten // of a stream that began later, nothing was trimmed
	}
}

// endOf returns the entry that was added last, whether it is there or not.
func endOf(info *redis.XInfoStream) entry {
	e := entry{id: info.LastGeneratedID}
	if info.LastEntry.ID == e.id {
		e.sum = sum(frameOf(info.LastEntry))
	}
	return e
}

// frameOf returns the frame that an entry has, or an empty one.
func frameOf(m redis.XMessage) []byte {
	text, _ := m.Values[field].(string)
	return []byte(text)
}

var seed = maphash.MakeSeed()

func sum(frame []byte) uint64 { return maphash.Bytes(seed, frame) }
