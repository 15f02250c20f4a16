package typed

import (
	"context"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A CustomCall is a call of a custom method whose data has the type In.
type CustomCall[In any] struct {
	*runtime.Call
	Data In // struct{} for a method that takes no data
}

// Custom makes a typed function the work of a custom method that returns one
// record, nil for nothing.
func Custom[In any, Out Record](fn func(context.Context, *CustomCall[In]) (Out, error)) runtime.Hook {
	return func(ctx context.Context, c *runtime.Call) error {
		var none Out
		out, err := fn(ctx, customCall[In](c))
		if err != nil {
			return err
		}
		if c.Result = (&runtime.Result{}); out != none {
			c.Result = runtime.One(out)
		}
		return nil
	}
}

// CustomList is Custom for a method that returns a list of records.
func CustomList[In any, Out Record](fn func(context.Context, *CustomCall[In]) ([]Out, error)) runtime.Hook {
	return func(ctx context.Context, c *runtime.Call) error {
		out, err := fn(ctx, customCall[In](c))
		if err != nil {
			return err
		}
		c.Result = runtime.List(untyped(out))
		return nil
	}
}

// CustomNothing is Custom for a method without a result.
func CustomNothing[In any](fn func(context.Context, *CustomCall[In]) error) runtime.Hook {
	return func(ctx context.Context, c *runtime.Call) error {
		if err := fn(ctx, customCall[In](c)); err != nil {
			return err
		}
		c.Result = &runtime.Result{}
		return nil
	}
}

func customCall[In any](c *runtime.Call) *CustomCall[In] {
	t := &CustomCall[In]{Call: c}
	if len(c.Data) == 1 {
		t.Data, _ = any(c.Data[0]).(In)
	}
	return t
}

func untyped[R Record](list []R) []record.Record {
	out := make([]record.Record, len(list))
	for i, r := range list {
		out[i] = r
	}
	return out
}
