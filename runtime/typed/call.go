// Package typed gives calls, hooks, custom methods and services the types of
// one service's records, so that generated packages stay thin and user code
// needs no assertions.
package typed

import (
	"context"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Record is a record's pointer type, such as *model.Message.
type Record interface {
	comparable
	record.Record
}

// A Call is a service call whose records have the type R. The embedded call
// has what else there is: Method, ID, Query, Params, Changed, HTTP.
type Call[R Record] struct {
	*runtime.Call
	// Data is the record that create, update or patch was given, nil for
	// other methods. A hook before the create of a list runs once for each.
	Data R
	// Result is the record that the method returned, nil for a list and
	// before the method ran. A before hook that sets it keeps the method from
	// running.
	Result R
}

// Results returns the records that the method returned, of a list or one.
func (c *Call[R]) Results() []R {
	if c.Call.Result == nil {
		return nil
	}
	list := make([]R, 0, len(c.Call.Result.Records))
	for _, rec := range c.Call.Result.Records {
		if r, ok := rec.(R); ok {
			list = append(list, r)
		}
	}
	return list
}

// result returns the call's single result, nil for none and for lists.
func result[R Record](c *runtime.Call) (r R) {
	if c.Result != nil && !c.Result.List && len(c.Result.Records) == 1 {
		r, _ = c.Result.Records[0].(R)
	}
	return r
}

// Before makes a typed function a before hook. For a create of a list it runs
// once for each record.
func Before[R Record](fn func(context.Context, *Call[R]) error) runtime.Hook {
	return func(ctx context.Context, c *runtime.Call) error {
		if len(c.Data) == 0 {
			return with(ctx, c, fn, nil)
		}
		for i := range c.Data {
			if err := with(ctx, c, fn, &c.Data[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

// After makes a typed function an after hook or an error hook. It runs once,
// also for lists.
func After[R Record](fn func(context.Context, *Call[R]) error) runtime.Hook {
	return func(ctx context.Context, c *runtime.Call) error {
		return with(ctx, c, fn, first(c))
	}
}

// Around makes a typed function an around hook. It runs once, also for lists.
func Around[R Record](fn func(context.Context, *Call[R], runtime.Next) error) runtime.AroundHook {
	return func(ctx context.Context, c *runtime.Call, next runtime.Next) error {
		return with(ctx, c, func(ctx context.Context, t *Call[R]) error {
			return fn(ctx, t, func(ctx context.Context) error {
				err := next(ctx)
				t.Result = result[R](c)
				return err
			})
		}, first(c))
	}
}

// first returns the place of a call's only data record.
func first(c *runtime.Call) *record.Record {
	if len(c.Data) != 1 {
		return nil
	}
	return &c.Data[0]
}

// with runs fn on a typed view of the call and takes over the records that fn
// put in place of those that were there.
func with[R Record](ctx context.Context, c *runtime.Call, fn func(context.Context, *Call[R]) error, data *record.Record) error {
	var none R
	t := &Call[R]{Call: c, Result: result[R](c)}
	if data != nil {
		t.Data, _ = (*data).(R)
	}
	given, had := t.Data, t.Result
	if err := fn(ctx, t); err != nil {
		return err
	}
	if data != nil && t.Data != given && t.Data != none {
		*data = t.Data
	}
	if t.Result != had && t.Result != none && t.Result != result[R](c) {
		c.Result = runtime.One(t.Result)
	}
	return nil
}
