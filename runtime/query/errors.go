package query

import "github.com/featherscaffold/featherscaffold/runtime/record"

// An Error says why a query was refused. Transports send it as a BadRequest.
type Error struct {
	Message string
	Data    []byte // raw JSON that goes with the message, nil for none
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

func invalidFilter(name string) *Error {
	return &Error{Message: "Invalid filter value " + name}
}

func invalidParameter(name string, object Tree) *Error {
	return &Error{Message: "Invalid query parameter " + name, Data: object.AppendJSON(nil)}
}

func validationFailed(errs record.FieldErrors) *Error {
	return &Error{Message: "validation failed", Data: errs.AppendJSON(nil)}
}
