package record

import (
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// A FieldError says what is wrong with one field. Its JSON form has the
// members of an ajv error, which Feathers clients know.
type FieldError struct {
	Path    string // JSON pointer to the value, "" for the record itself
	Keyword string // the JSON Schema keyword that failed: "type", "required"
	Params  string // JSON object with the keyword's particulars
	Message string // what must hold: "must be string"
}

// AppendJSON appends the error as JSON.
func (e FieldError) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	dst = AppendStringField(dst, `"instancePath":`, e.Path)
	dst = AppendStringField(dst, `"schemaPath":`, e.schemaPath())
	dst = AppendStringField(dst, `"keyword":`, e.Keyword)
	dst = append(append(append(dst, `"params":`...), e.Params...), ',')
	dst = AppendStringField(dst, `"message":`, e.Message)
	return CloseObject(dst)
}

func (e FieldError) schemaPath() string {
	if e.Path == "" {
		return "#/" + e.Keyword
	}
	return "#/properties" + strings.ReplaceAll(e.Path, "$", "%24") + "/" + e.Keyword
}

// FieldErrors is everything that is wrong with one record.
type FieldErrors []FieldError

// Error names the fields and what they must satisfy.
func (es FieldErrors) Error() string {
	parts := make([]string, len(es))
	for i, e := range es {
		parts[i] = strings.TrimSpace(strings.TrimPrefix(e.Path, "/") + " " + e.Message)
	}
	return "validation failed: " + strings.Join(parts, "; ")
}

// AppendJSON appends the errors as a JSON array.
func (es FieldErrors) AppendJSON(dst []byte) []byte {
	dst = append(dst, '[')
	for i, e := range es {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.AppendJSON(dst)
	}
	return append(dst, ']')
}

// maxFieldErrors bounds what one bad record can make the server write.
const maxFieldErrors = 32

// Full reports that there are so many errors that Add drops further ones.
func (es FieldErrors) Full() bool { return len(es) >= maxFieldErrors }

// Add adds an error, as long as there are few enough to be read.
func (es *FieldErrors) Add(e FieldError) {
	if !es.Full() {
		*es = append(*es, e)
	}
}

// TypeError returns the error that the value at the path is not of the JSON
// Schema type.
func TypeError(path, want string) FieldError {
	return FieldError{path, "type", param("type", want), "must be " + want}
}

// FormatError returns the error that the text at the path lacks the format.
func FormatError(path, format string) FieldError {
	return FieldError{path, "format", param("format", format), `must match format "` + format + `"`}
}

// EnumError returns the error that the value at the path is not one of those
// allowed.
func EnumError(path string, allowed []string) FieldError {
	return FieldError{path, "enum", enumParams(allowed), "must be equal to one of the allowed values"}
}

// UnknownError returns the error that the object at the path has a member
// that it may not have.
func UnknownError(path, member string) FieldError {
	return FieldError{path, "additionalProperties", param("additionalProperty", member), "must NOT have additional properties"}
}

// RequiredError returns the error that a record lacks a field.
func RequiredError(field string) FieldError {
	return FieldError{"", "required", param("missingProperty", field), "must have required property '" + field + "'"}
}

// param returns a JSON object with one string member.
func param(name, value string) string {
	dst := jsonio.AppendString([]byte{'{'}, name)
	dst = append(dst, ':')
	return string(append(jsonio.AppendString(dst, value), '}'))
}

func enumParams(values []string) string {
	dst := []byte(`{"allowedValues":[`)
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = jsonio.AppendString(dst, v)
	}
	return string(append(dst, "]}"...))
}
