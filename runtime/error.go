package runtime

import (
	"context"
	"errors"
	"fmt"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An Error is an error that clients see. The constructors below make the
// seventeen errors that Feathers knows. Every other error that a hook or a
// custom method returns reaches clients as a GeneralError without its text.
type Error struct {
	Name    string // "NotFound": what the official clients choose their class by
	Code    int    // HTTP status
	Class   string // "not-found"
	Message string
	Data    []byte // more for the client, as JSON; nil for none
	Cause   error  // for logs and errors.Is; never sent
}

// Error returns the message, with the cause behind it.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// WithData returns a copy of the error with data, which must be JSON.
func (e *Error) WithData(data []byte) *Error {
	c := *e
	c.Data = data
	return &c
}

// WithCause returns a copy of the error with a cause.
func (e *Error) WithCause(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// AppendJSON appends the form in which every transport sends the error.
func (e *Error) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	dst = record.AppendStringField(dst, `"name":`, e.Name)
	dst = record.AppendStringField(dst, `"message":`, e.Message)
	dst = record.AppendIntField(dst, `"code":`, int64(e.Code))
	dst = record.AppendStringField(dst, `"className":`, e.Class)
	if e.Data != nil {
		dst = append(append(append(dst, `"data":`...), e.Data...), ',')
	}
	return record.CloseObject(dst)
}

// BadRequest (400): the client sent something wrong.
func BadRequest(format string, args ...any) *Error {
	return newError("BadRequest", 400, "bad-request", format, args)
}

// NotAuthenticated (401): who calls is not known.
func NotAuthenticated(format string, args ...any) *Error {
	return newError("NotAuthenticated", 401, "not-authenticated", format, args)
}

// PaymentError (402): something has to be paid first.
func PaymentError(format string, args ...any) *Error {
	return newError("PaymentError", 402, "payment-error", format, args)
}

// Forbidden (403): the caller is known and may not do this.
func Forbidden(format string, args ...any) *Error {
	return newError("Forbidden", 403, "forbidden", format, args)
}

// NotFound (404): there is no such record or service.
func NotFound(format string, args ...any) *Error {
	return newError("NotFound", 404, "not-found", format, args)
}

// MethodNotAllowed (405): the service does not offer the method.
func MethodNotAllowed(format string, args ...any) *Error {
	return newError("MethodNotAllowed", 405, "method-not-allowed", format, args)
}

// NotAcceptable (406): the answer can not have the form asked for.
func NotAcceptable(format string, args ...any) *Error {
	return newError("NotAcceptable", 406, "not-acceptable", format, args)
}

// Timeout (408): it took too long.
func Timeout(format string, args ...any) *Error {
	return newError("Timeout", 408, "timeout", format, args)
}

// Conflict (409): it contradicts what is stored, such as a second record with
// a unique value.
func Conflict(format string, args ...any) *Error {
	return newError("Conflict", 409, "conflict", format, args)
}

// Gone (410): it was there once.
func Gone(format string, args ...any) *Error {
	return newError("Gone", 410, "gone", format, args)
}

// LengthRequired (411): the request lacks its length.
func LengthRequired(format string, args ...any) *Error {
	return newError("LengthRequired", 411, "length-required", format, args)
}

// Unprocessable (422): well-formed, yet impossible.
func Unprocessable(format string, args ...any) *Error {
	return newError("Unprocessable", 422, "unprocessable", format, args)
}

// TooManyRequests (429): the caller has to slow down.
func TooManyRequests(format string, args ...any) *Error {
	return newError("TooManyRequests", 429, "too-many-requests", format, args)
}

// GeneralError (500): something failed on the server.
func GeneralError(format string, args ...any) *Error {
	return newError("GeneralError", 500, "general-error", format, args)
}

// NotImplemented (501): the method is declared, but not written yet.
func NotImplemented(format string, args ...any) *Error {
	return newError("NotImplemented", 501, "not-implemented", format, args)
}

// BadGateway (502): a server behind this one failed.
func BadGateway(format string, args ...any) *Error {
	return newError("BadGateway", 502, "bad-gateway", format, args)
}

// Unavailable (503): it can not be served for the moment.
func Unavailable(format string, args ...any) *Error {
	return newError("Unavailable", 503, "unavailable", format, args)
}

func newError(name string, code int, class, format string, args []any) *Error {
	message := format
	if len(args) > 0 {
		message = fmt.Sprintf(format, args...)
	}
	if message == "" {
		message = "Error"
	}
	return &Error{Name: name, Code: code, Class: class, Message: message}
}

// ErrorOf returns what clients see of err: an *Error found in its chain, a
// BadRequest for queries and data that were refused, a Timeout for a deadline
// that passed, and a GeneralError that tells nothing for everything else.
func ErrorOf(err error) *Error {
	var (
		known  *Error
		fields record.FieldErrors
		where  *query.Error
		syntax *jsonio.SyntaxError
	)
	switch {
	case errors.As(err, &known) && known.Code >= 400 && known.Code < 600:
		return known
	case errors.As(err, &fields):
		return BadRequest("validation failed").WithData(fields.AppendJSON(nil))
	case errors.As(err, &where):
		return BadRequest("%s", where.Message).WithData(where.Data)
	case errors.As(err, &syntax), errors.Is(err, jsonio.ErrDepth):
		return BadRequest("%s", err)
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout("the call took too long").WithCause(err)
	case errors.Is(err, context.Canceled):
		return Unavailable("the call was cancelled").WithCause(err)
	}
	return GeneralError("Internal error").WithCause(err)
}
