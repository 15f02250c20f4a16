package runtime

import "context"

// A Hook runs before or after a method, or when one failed. An error from a
// before or after hook ends the call and runs the error hooks; an error from
// an error hook replaces the one it was called for.
type Hook func(ctx context.Context, c *Call) error

// An AroundHook runs around a method and its other hooks. It goes on by
// calling next, once; without that the method does not run.
type AroundHook func(ctx context.Context, c *Call, next Next) error

// Next runs the rest of a call.
type Next func(ctx context.Context) error

// Hooks are the hooks of an app or of one service, by method. All stands for
// every method. They run in the order of Feathers: around, before, the
// method, after; those for All before those for the method, except that error
// hooks for the method run before those for All. The hooks of the app lie
// around those of the service.
type Hooks struct {
	Around map[Method][]AroundHook
	Before map[Method][]Hook
	After  map[Method][]Hook
	Error  map[Method][]Hook
}

// stage is one layer of hooks around a method: the app's or the service's.
type stage struct {
	around []AroundHook
	before []Hook
	after  []Hook
	failed []Hook
}

func (h Hooks) stage(m Method) stage {
	return stage{
		around: join(h.Around[All], h.Around[m]),
		before: join(h.Before[All], h.Before[m]),
		after:  join(h.After[All], h.After[m]),
		failed: join(h.Error[m], h.Error[All]),
	}
}

func join[T any](a, b []T) []T { return append(a[:len(a):len(a)], b...) }

// run runs the stage around inner.
func (s *stage) run(ctx context.Context, c *Call, inner Hook) error {
	return s.wrap(ctx, c, inner, 0)
}

func (s *stage) wrap(ctx context.Context, c *Call, inner Hook, i int) error {
	if i == len(s.around) {
		return s.core(ctx, c, inner)
	}
	return s.around[i](ctx, c, func(ctx context.Context) error {
		return s.wrap(ctx, c, inner, i+1)
	})
}

func (s *stage) core(ctx context.Context, c *Call, inner Hook) error {
	err := s.straight(ctx, c, inner)
	if err == nil || len(s.failed) == 0 {
		return err
	}
	c.Err, c.Result = err, nil
	for _, hook := range s.failed {
		if err := hook(ctx, c); err != nil {
			c.Err = err
			break
		}
	}
	if c.Result != nil {
		c.Err = nil
	}
	err, c.Err = c.Err, nil
	return err
}

func (s *stage) straight(ctx context.Context, c *Call, inner Hook) error {
	for _, hook := range s.before {
		if err := hook(ctx, c); err != nil {
			return err
		}
	}
	if err := inner(ctx, c); err != nil {
		return err
	}
	for _, hook := range s.after {
		if err := hook(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
