package auth

import (
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// covers tells whether one of the scopes allows a method. Logging out always
// is.
func covers(scopes []record.Value, path, method string) bool {
	for _, s := range scopes {
		in, what := cutScope(s.Str())
		if in == "*" && what == "" || in == path && (what == "*" || what == method) {
			return true
		}
	}
	return path == servicePath && method == string(runtime.Remove)
}

// cutScope cuts a scope in path and method. The path itself may have colons:
// users/:userId/posts.
func cutScope(scope string) (path, method string) {
	if i := strings.LastIndexByte(scope, ':'); i > 0 {
		return scope[:i], scope[i+1:]
	}
	return scope, ""
}

// checkScopes returns what is wrong with scopes, nil for nothing.
func checkScopes(app *runtime.App, field *record.Field, scopes []record.Value) error {
	var errs record.FieldErrors
	for i, s := range scopes {
		path, method := cutScope(s.Str())
		service := app.Service(path)
		switch {
		case s.Str() == "*":
		case service == nil, method != "*" && !service.Has(runtime.Method(method)):
			at := "/" + field.Name + string(record.AppendInt([]byte{'/'}, int64(i)))
			errs.Add(record.FieldError{Path: at, Keyword: "scope", Params: `{}`,
				Message: "must be *, or a service's path with a colon and one of its methods or *"})
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}
