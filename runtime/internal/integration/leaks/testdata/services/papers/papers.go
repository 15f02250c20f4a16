// Package papers holds the hooks and custom methods of the papers service. They
// do with secrets what people do by mistake.
package papers

import (
	"context"
	"fmt"
	"log/slog"

	"example.com/vault/internal/gen/model"
	"example.com/vault/internal/gen/papers"
	"example.com/vault/internal/gen/users"
	"github.com/featherscaffold/featherscaffold/runtime"
)

// Service holds what the hooks and methods need.
type Service struct {
	papers.Unimplemented
	app *runtime.App
}

var _ papers.Methods = (*Service)(nil)

// New returns the hooks and methods of the service.
func New(app *runtime.App) *Service { return &Service{app: app} }

// Watch logs all that it sees.
func (s *Service) Watch(ctx context.Context, c *papers.Call) error {
	slog.DebugContext(ctx, "watched", "data", c.Data, "text", fmt.Sprintf("%+v %#v", c.Data, c.Data), "result", c.Result,
		"who", c.Params.Identity, "whoText", fmt.Sprintf("%+v", c.Params.Identity), "user", users.Caller(&c.Params), "error", c.Err)
	return nil
}

// Fail fails in the way asked for, or shows the first paper to everybody.
func (s *Service) Fail(ctx context.Context, c *papers.FailCall) (*model.Paper, error) {
	first, err := papers.Of(s.app).Get(ctx, 1)
	if err != nil {
		return nil, err
	}
	owner, err := users.Of(s.app).Get(ctx, first.Owner)
	if err != nil {
		return nil, err
	}
	switch c.Data.How {
	case "panic":
		panic(owner)
	case "panic with text":
		panic(fmt.Sprintf("%+v %+v", owner, *c.Data))
	case "error":
		return nil, fmt.Errorf("store %+v for %+v", first, owner)
	case "conflict":
		return papers.Of(s.app).Create(ctx, first)
	case "emit":
		return nil, papers.Of(s.app).Emit(ctx, "patched", first)
	}
	return first, nil
}

// Write logs what it is given, and fails.
func (s *Service) Write(ctx context.Context, c *papers.WriteCall) (*model.Paper, error) {
	slog.DebugContext(ctx, "watched", "data", c.Data, "text", fmt.Sprintf("%+v %s", c.Data, c.Data.Password))
	return nil, fmt.Errorf("can not write %+v", c.Data)
}
