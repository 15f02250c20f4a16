package redis

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	readCount = 16          // frames read at a time, each of which is held in memory
	readWait  = time.Second // for frames to come
)

// Receive implements bus.Broker, by a connection of its own. An entry that
// somebody else has written to the stream, without a frame, is handed on as an
// empty frame.
func (b *Broker) Receive(ctx context.Context, ready func(), frame func([]byte), lost func()) error {
	l, err := b.server.connect(ctx, b.stream.probe)
	if err != nil {
		return err
	}
	defer l.close()
	defer l.until(ctx)()
	if err := b.resume(ctx, l, lost); err != nil {
		return l.explain(ctx, err)
	}
	ready()
	for {
		err := b.read(ctx, l, frame)
		if errors.Is(err, redis.Nil) {
			// Nothing came. That is also so when the stream was deleted, and the
			// IDs of the new one are behind ours.
			err = b.resume(ctx, l, lost)
		}
		if err != nil {
			return l.explain(ctx, err)
		}
	}
}

// read hands on the frames that come next. It returns redis.Nil when none do.
func (b *Broker) read(ctx context.Context, l *link, frame func([]byte)) error {
	streams, err := l.XRead(ctx, &redis.XReadArgs{
		Streams: []string{b.stream.key, b.trail.last.id}, Count: readCount, Block: readWait,
	}).Result()
	if err != nil {
		return err
	}
	for _, s := range streams {
		for _, m := range s.Messages {
			f := frameOf(m)
			e := entry{id: m.ID, sum: sum(f)} // before f is another's
			b.sizes.add(len(f))
			frame(f)
			b.trail.add(e)
		}
	}
	return nil
}

// resume finds where to read on. The first time, that is the stream's end.
func (b *Broker) resume(ctx context.Context, l *link, lost func()) error {
	if b.trail.last == (entry{}) {
		info, err := b.stream.info(ctx, l)
		if err == nil {
			b.trail.add(endOf(info))
		}
		return err
	}
	f, info, err := b.stream.look(ctx, l, b.trail.last)
	switch {
	case err != nil:
		return err
	case f == forgotten:
		return b.goBack(ctx, l)
	case f == trimmed && info.LastGeneratedID != b.trail.last.id:
		lost()
		if info.Length == 0 {
			b.trail.add(endOf(info))
		}
	}
	return nil
}

// goBack finds something read earlier that Redis still has, to read on from
// there. What is read twice is the bus's to drop.
func (b *Broker) goBack(ctx context.Context, l *link) error {
	if b.trail.last == beginning {
		return nil
	}
	b.log.Warn("Redis has lost what was read last from its stream; reading again from further back", "key", b.stream.key)
	for b.trail.last != beginning {
		b.trail.back()
		has, err := b.stream.has(ctx, l, b.trail.last)
		if has || err != nil {
			return err
		}
	}
	return nil
}
