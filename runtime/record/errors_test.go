package record_test

import (
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestFieldErrorsAsJSON(t *testing.T) {
	t.Parallel()
	errs := record.FieldErrors{
		record.TypeError("/$limit", "number"),
		record.UnknownError("", "a\"b"),
		record.FormatError("/day", "date"),
		record.EnumError("/tags/0", []string{"x", "y"}),
	}
	const want = `[{"instancePath":"/$limit","schemaPath":"#/properties/%24limit/type","keyword":"type","params":{"type":"number"},"message":"must be number"},` +
		`{"instancePath":"","schemaPath":"#/additionalProperties","keyword":"additionalProperties","params":{"additionalProperty":"a\"b"},"message":"must NOT have additional properties"},` +
		`{"instancePath":"/day","schemaPath":"#/properties/day/format","keyword":"format","params":{"format":"date"},"message":"must match format \"date\""},` +
		`{"instancePath":"/tags/0","schemaPath":"#/properties/tags/0/enum","keyword":"enum","params":{"allowedValues":["x","y"]},"message":"must be equal to one of the allowed values"}]`
	if got := string(errs.AppendJSON(nil)); got != want {
		t.Errorf("AppendJSON:\n got %s\nwant %s", got, want)
	}
	if got, want := errs[:3].Error(), `validation failed: $limit must be number; must NOT have additional properties; day must match format "date"`; got != want {
		t.Errorf("Error = %s, want %s", got, want)
	}
}

func TestFieldErrorsAreBounded(t *testing.T) {
	t.Parallel()
	var errs record.FieldErrors
	for range 100 {
		errs.Add(record.TypeError("/x", "string"))
	}
	if len(errs) != 32 {
		t.Errorf("100 errors added, %d kept, want 32", len(errs))
	}
	if n := strings.Count(errs.Error(), ";"); n != 31 {
		t.Errorf("Error has %d separators, want 31", n)
	}
}
