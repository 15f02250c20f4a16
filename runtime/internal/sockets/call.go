package sockets

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

const (
	maxArgs     = 4  // kept of a call; more only count
	maxSegments = 33 // kept of a path; more than the app looks up
	keptAnswer  = 64 << 10
)

// ErrEvent says that a message is no event: not an array that begins with a
// name or a number.
var ErrEvent = errors.New("malformed event")

// A Call is one event that a client sent. It is used once and then released,
// by Client.Start or by Release.
type Call struct {
	client *Client
	msg    *wsconn.Buffer
	ack    uint64
	acked  bool

	name    []byte // of the event
	named   bool   // the name is a string
	path    string
	pathOK  bool // the path is a string
	args    [maxArgs][]byte
	n       int   // number of arguments
	err     error // found while decoding
	req     runtime.Request
	segment [maxSegments]string
	out     []byte
}

var calls = sync.Pool{New: func() any { return new(Call) }}

// Decode reads an event from JSON, which lies in msg. It takes msg over
// unless it returns an error.
func Decode(msg *wsconn.Buffer, src []byte) (*Call, error) {
	call := calls.Get().(*Call)
	err := call.decode(src)
	switch {
	case errors.Is(err, jsonio.ErrDepth) && call.named:
		call.err = err // told to the client
	case err != nil:
		call.release()
		return nil, err
	}
	call.msg = msg
	return call, nil
}

func (call *Call) decode(src []byte) error {
	r := jsonio.NewReader(src)
	if !r.Array() || !r.Next() {
		return ErrEvent
	}
	switch r.Kind() {
	case jsonio.String:
		call.name, call.named = r.Bytes(), true
	case jsonio.Number:
		call.name = r.Raw()
	default:
		return ErrEvent
	}
	if !r.Next() {
		return r.End()
	}
	if call.pathOK = r.Kind() == jsonio.String; call.pathOK {
		call.path = r.Text()
	} else {
		r.Skip()
	}
	for r.Next() {
		if raw := r.Raw(); call.n < maxArgs {
			call.args[call.n] = raw
		}
		call.n++
	}
	return r.End()
}

// Name returns the event's name, and whether it is a string and not a number.
// It is valid until the Call is used.
func (call *Call) Name() (name []byte, isString bool) { return call.name, call.named }

// Acknowledge asks for an answer with an id.
func (call *Call) Acknowledge(id uint64) { call.ack, call.acked = id, true }

// Release gives up a Call that is not started.
func (call *Call) Release() { call.release() }

// size returns how much memory the call's message has.
func (call *Call) size() int { return len(call.msg.Bytes()) }

func (call *Call) release() {
	if call.msg != nil {
		call.msg.Release()
	}
	out := call.out[:0]
	if cap(out) > keptAnswer {
		out = nil
	}
	*call = Call{out: out}
	calls.Put(call)
}

// run runs the call and answers it.
func (call *Call) run() {
	c := call.client
	defer c.server.calls.leave()
	defer c.free(call.size())
	defer call.release()
	answer := call.serve(c.server.ctx)
	if call.acked {
		c.out.Write(answer) // a client that is gone gets no answer
	}
}

// serve returns the frame that answers the call.
func (call *Call) serve(ctx context.Context) (answer []byte) {
	defer func() {
		if p := recover(); p != nil {
			call.client.server.logPanic("panic in a call", p)
			answer = call.failure(fmt.Errorf("panic: %v", p))
		}
	}()
	done, err := call.handle(ctx)
	if err != nil {
		return call.failure(err)
	}
	if !call.acked {
		return nil
	}
	codec := call.client.server.Codec
	dst := codec.AppendAck(call.out[:0], call.ack)
	dst = done.AppendResult(append(dst, "[null,"...))
	call.out = codec.EndAck(append(dst, ']'), 0)
	return call.out
}

// failure returns the frame that answers the call with an error.
func (call *Call) failure(err error) []byte {
	codec := call.client.server.Codec
	dst := codec.AppendAck(call.out[:0], call.ack)
	dst = codec.AppendError(append(dst, '['), runtime.ErrorOf(err))
	call.out = codec.EndAck(append(dst, ']'), 0)
	return call.out
}

// refuse answers a call that is not run.
func (call *Call) refuse(err error) {
	if call.acked {
		call.client.out.Write(call.failure(err))
	}
}

// handle hands the call to the app.
func (call *Call) handle(ctx context.Context) (*runtime.Call, error) {
	if call.err != nil {
		return nil, call.err
	}
	if err := call.route(); err != nil {
		return nil, err
	}
	if err := call.readArgs(); err != nil {
		return nil, err
	}
	server, conn := call.client.server, call.client.conn
	call.req.Params.Provider = server.Provider
	call.req.Params.Headers = conn.Headers
	call.req.Params.Address = conn.Address
	call.req.Params.Connection = conn
	return server.App.Handle(ctx, &call.req)
}

// shown is how much of a client's words an error message repeats.
const shown = 100

// route finds the service and the method.
func (call *Call) route() error {
	if !call.pathOK {
		return runtime.NotFound("Invalid service path")
	}
	segments := call.segment[:0]
	for s := range strings.SplitSeq(strings.Trim(call.path, "/"), "/") {
		if len(segments) == maxSegments {
			break
		}
		segments = append(segments, s)
	}
	service, route, id, hasID := call.client.server.App.Lookup(segments)
	if service == nil {
		return runtime.NotFound("Service '%.*s' not found", shown, call.path)
	}
	method := methodOf(call.name)
	if !call.named || !service.Has(method) {
		return runtime.MethodNotAllowed("Method '%.*s' not allowed on service '%.*s'", shown, call.name, shown, call.path)
	}
	if hasID {
		route = append(route, runtime.RouteParam{Name: "__id", Value: id})
	}
	call.req.Service, call.req.Method, call.req.Params.Route = service, method, route
	return nil
}

// methodOf returns the method with a name, without a copy for the standard
// ones.
func methodOf(name []byte) runtime.Method {
	switch string(name) {
	case "find":
		return runtime.Find
	case "get":
		return runtime.Get
	case "create":
		return runtime.Create
	case "update":
		return runtime.Update
	case "patch":
		return runtime.Patch
	case "remove":
		return runtime.Remove
	}
	return runtime.Method(name)
}

// shape tells which arguments a method takes, before the query: an id, data.
func shape(m runtime.Method) (id, data bool) {
	switch m {
	case runtime.Find:
		return false, false
	case runtime.Get, runtime.Remove:
		return true, false
	case runtime.Update, runtime.Patch:
		return true, true
	}
	return false, true
}

// readArgs reads the arguments by the method's shape.
func (call *Call) readArgs() (err error) {
	req := &call.req
	hasID, hasData := shape(req.Method)
	args := call.args[:min(call.n, maxArgs)]
	if hasID {
		if len(args) == 0 && req.Method != runtime.Get {
			return runtime.NotFound("No record found for id 'undefined'")
		}
		var raw []byte
		if args = shift(args, &raw); raw != nil {
			req.ID = idOf(raw)
		}
	}
	if hasData {
		args = shift(args, &req.Body)
	}
	if len(args) > 1 {
		return runtime.BadRequest("Too many arguments for '%.*s' method", shown, req.Method)
	}
	if len(args) == 1 {
		req.Params.Query, err = query.ParseJSON(args[0])
	}
	return err
}

// shift moves the first argument, if there is one, to dst.
func shift(args [][]byte, dst *[]byte) [][]byte {
	if len(args) == 0 {
		return nil
	}
	*dst = args[0]
	return args[1:]
}

// idOf returns an id as the client typed it: a string, a number or null. What
// else there may be names no record.
func idOf(raw []byte) record.Value {
	r := jsonio.NewReader(raw)
	switch r.Kind() {
	case jsonio.Null:
		return record.Value{}
	case jsonio.String:
		return record.StringValue(r.Text())
	case jsonio.Bool:
		return record.BoolValue(r.Bool())
	case jsonio.Number:
		if n, ok := r.Int(); ok {
			return record.IntValue(n)
		}
		r = jsonio.NewReader(raw)
		if f := r.Float(); r.Err() == nil {
			return record.NumberValue(f)
		}
	}
	return record.JSONValue(raw)
}
