package sockets

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

// A Codec is how one transport writes acknowledgements, errors and events.
type Codec interface {
	runtime.Format
	// AppendAck begins the frame that acknowledges an event. The array of
	// what is acknowledged is appended next, then EndAck is given the length
	// that dst had before.
	AppendAck(dst []byte, id uint64) []byte
	// EndAck ends a frame that AppendAck began.
	EndAck(dst []byte, start int) []byte
	// AppendError appends an error as it is acknowledged.
	AppendError(dst []byte, e *runtime.Error) []byte
}

// An Outlet takes finished frames to one client.
type Outlet interface {
	// Send queues a frame, which does not change any more, and never blocks.
	Send(frame []byte) error
	// Write sends a frame, which is the caller's again when it returns. It
	// may wait for the client.
	Write(frame []byte) error
}

// Options are the settings of a Server.
type Options struct {
	App      *runtime.App
	Provider string // as hooks see it
	Codec    Codec
	MaxCalls int // of one connection at the same time; 0 for 16
	// Calls limits how often one connection calls; its zero value is no limit.
	Calls ratelimit.Rate
}

const (
	defaultMaxCalls = 16
	maxHeld         = 4 << 20 // bytes of the messages of one connection's running calls
)

// A Server runs the calls of all connections of one transport.
type Server struct {
	Options
	calls  gate
	crew   *crew
	ctx    context.Context // of calls; it ends with Cancel, not with a client's connection
	cancel context.CancelFunc
}

// NewServer returns a Server.
func NewServer(o Options) *Server {
	if o.MaxCalls <= 0 {
		o.MaxCalls = defaultMaxCalls
	}
	s := &Server{Options: o, calls: newGate()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.crew = newCrew(s.ctx.Done())
	return s
}

// Wait waits until no call runs any more, or ctx ends, whose error it then
// returns. From its beginning on calls are refused as Unavailable.
func (s *Server) Wait(ctx context.Context) error {
	s.calls.close()
	select {
	case <-s.calls.idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Cancel ends the context of all calls, and the goroutines that wait for one.
func (s *Server) Cancel() { s.cancel() }

// Identify returns the handshake of a client that connects with these headers.
// Bad credentials are an error, as is a panic of the app's Authenticator.
func (s *Server) Identify(headers http.Header, address string) (h runtime.Handshake, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.logPanic("panic while a client proved who it is", p)
			err = fmt.Errorf("panic while identifying: %v", p)
		}
	}()
	id, err := s.App.Identify(s.ctx, headers)
	return runtime.Handshake{Provider: s.Provider, Headers: headers, Address: address, Identity: id}, err
}

// Connect makes a client known to the app. expired is called when its login
// is over; it may be nil. Connect returns an error when one of the app's
// OnConnect or OnLogin functions panics.
func (s *Server) Connect(h runtime.Handshake, out Outlet, expired func()) (c *Client, err error) {
	c = &Client{server: s, out: out, expired: expired}
	defer func() {
		if p := recover(); p != nil {
			s.logPanic("panic while a client connected", p)
			err = fmt.Errorf("panic while connecting: %v", p)
		}
	}()
	c.conn = s.App.Connect(h, c)
	return c, nil
}

func (s *Server) logPanic(message string, p any) {
	s.App.Logger().LogAttrs(s.ctx, slog.LevelError, message, slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
}
