package redis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/redis/go-redis/v9"
)

// A fault is an error of the server in words of ours.
type fault struct {
	text  string
	cause error
}

func (f *fault) Error() string { return f.text }
func (f *fault) Unwrap() error { return f.cause }

// hints tell what an error of the server means. The first that fits counts.
var hints = []struct{ code, text string }{
	{"unknown command", "streams need Redis 5 or newer, with all commands that this package's documentation lists"},
	{"LOADING", "the server is still reading its data"},
	{"READONLY", "the server is a replica, which takes no frames"},
	{"OOM", "the server has no memory left (maxmemory)"},
	{"NOAUTH", "the server wants a user or a password in the URL"},
	{"WRONGPASS", "the server does not know the user, or has another password"},
	{"NOPERM", "the user may not do what this package's documentation lists"},
	{"MISCONF", "the server can not write to its disk"},
	{"ASK", "the Cluster is moving the stream to another node"},
	{"CLUSTERDOWN", "the Cluster is down"},
	{"UNBLOCKED", "the server has become a replica"},
}

// explain returns an error of this connection as an operator should read it.
func (l *link) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err() // the connection was broken for that
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: the server closed the connection", l.addr)
	}
	var reply redis.Error
	if !errors.As(err, &reply) {
		return fmt.Errorf("%s: %w", l.addr, err)
	}
	text, _, _ := strings.Cut(err.Error(), ", with args") // which are frames, or a password
	for _, h := range hints {
		if redis.HasErrorPrefix(reply, h.code) {
			text = h.text + ": " + text
			break
		}
	}
	return &fault{text: l.addr + ": " + text, cause: err}
}
