package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
)

// Do runs a call that Go code made. Service and Method must be set; hooks run
// and events are sent as for a client's call, and every method of the service
// may be called, exposed or not. The result is in c.Result.
//
// Generated packages wrap it in typed functions.
func (a *App) Do(ctx context.Context, c *Call) error {
	m := c.Service.methods[c.Method]
	if m == nil {
		return MethodNotAllowed("Method '%s' not allowed on service '%s'", c.Method, c.Service.Path)
	}
	c.App, c.Event = a, m.event
	if m.name.Standard() {
		if err := c.checkTarget(); err != nil {
			return err
		}
	}
	return a.guard(ctx, c, func() error { return a.run(ctx, c, m) })
}

// checkTarget refuses what Go code hardly means: a null id where all records
// would be hit, and data of another number than one.
func (c *Call) checkTarget() error {
	switch c.Method {
	case Get, Update:
		if c.ID.IsNull() {
			return BadRequest("id for '%s' can not be null", c.Method)
		}
	case Patch, Remove:
		if c.ID.IsNull() != c.Many {
			return BadRequest("'%s' needs an id, or Many for all records that match", c.Method)
		}
	}
	if (c.Method == Update || c.Method == Patch) && len(c.Data) != 1 {
		return BadRequest("data of '%s' must be one record", c.Method)
	}
	return nil
}

// guard runs a call. A panic in it fails the call, not the process; errors
// that are the server's fault are logged.
func (a *App) guard(ctx context.Context, c *Call, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in %s %s: %v", c.Method, c.Service.Path, p)
			a.log.LogAttrs(ctx, slog.LevelError, "panic in a call", slog.String("service", c.Service.Path),
				slog.String("method", string(c.Method)), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
		}
	}()
	if err = f(); err != nil {
		a.logFailure(ctx, c, err)
	}
	return err
}

// run takes the call through the hooks of the app and the service to the
// method and back, then sends its events.
func (a *App) run(ctx context.Context, c *Call, m *method) error {
	defer c.closeTicket()
	if err := m.app.run(ctx, c, m.serve); err != nil {
		return err
	}
	a.emitResult(ctx, c)
	return nil
}

// serve runs the service's hooks around the method.
func (m *method) serve(ctx context.Context, c *Call) error { return m.svc.run(ctx, c, m.call) }

// call runs the method itself unless a hook gave the result already.
func (m *method) call(ctx context.Context, c *Call) error {
	if c.Result != nil {
		return nil
	}
	if err := m.run(ctx, c); err != nil {
		return err
	}
	if c.Result == nil {
		c.Result = &Result{}
	}
	return nil
}

// logFailure logs errors that are the server's fault; the others are the
// client's to know.
func (a *App) logFailure(ctx context.Context, c *Call, err error) {
	e := ErrorOf(err)
	refused := e.Code == 503 && e.Cause == nil // too much at once is no fault
	if e.Code < 500 || e.Code == 501 || refused || errors.Is(err, context.Canceled) {
		return
	}
	a.log.LogAttrs(ctx, slog.LevelError, "call failed", slog.String("service", c.Service.Path),
		slog.String("method", string(c.Method)), slog.Any("error", err))
}

// emitResult sends the call's event once for each record of the result.
func (a *App) emitResult(ctx context.Context, c *Call) {
	if c.Event == "" || c.Result == nil {
		return
	}
	for _, rec := range c.Result.Records {
		c.Service.emit(ctx, c.Event, rec, c)
	}
}
