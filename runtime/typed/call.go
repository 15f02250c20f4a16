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
			if c.Many && c.Method == runtime.Create {
				return nil // an empty list
			}
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
// What it puts in the place of Data or Result before next counts from there on.
func Around[R Record](fn func(context.Context, *Call[R], runtime.Next) error) runtime.AroundHook {
	return func(ctx context.Context, c *runtime.Call, next runtime.Next) error {
		v := newView[R](c, first(c))
		err := fn(ctx, v.Call, func(ctx context.Context) error {
			v.take()
			err := next(ctx)
			v.refresh()
			return err
		})
		if err != nil {
			return err
		}
		v.take()
		return nil
	}
}

// first returns the place of a call's only data record.
func first(c *runtime.Call) *record.Record {
	if len(c.Data) != 1 {
		return nil
	}
	return &c.Data[0]
}

// with runs fn on a typed view of the call.
func with[R Record](ctx context.Context, c *runtime.Call, fn func(context.Context, *Call[R]) error, data *record.Record) error {
	v := newView[R](c, data)
	if err := fn(ctx, v.Call); err != nil {
		return err
	}
	v.take()
	return nil
}

// view is a typed call with what it showed, to see what a hook replaced.
type view[R Record] struct {
	*Call[R]
	place      *record.Record // of the data, nil for none
	given, had R
}

func newView[R Record](c *runtime.Call, place *record.Record) *view[R] {
	v := &view[R]{Call: &Call[R]{Call: c}, place: place}
	v.refresh()
	return v
}

// refresh shows what the call holds now.
func (v *view[R]) refresh() {
	if v.place != nil {
		v.Data, _ = (*v.place).(R)
	}
	v.Result = result[R](v.Call.Call)
	v.given, v.had = v.Data, v.Result
}

// take makes the call hold what the hook put in place of what it was shown.
func (v *view[R]) take() {
	var none R
	if v.place != nil && v.Data != v.given && v.Data != none {
		*v.place = v.Data
	}
	if v.Result != v.had && v.Result != none {
		v.Call.Call.Result = runtime.One(v.Result)
	}
	v.given, v.had = v.Data, v.Result
}
