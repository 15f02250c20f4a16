package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// TestPoint holds the errors against the numbered conformance points of the
// Feathers protocol.
func TestPoint(t *testing.T) {
	t.Parallel()
	t.Run("50", func(t *testing.T) {
		t.Parallel()
		for _, tt := range []struct {
			make        func(string, ...any) *runtime.Error
			name, class string
			code        int
		}{
			{runtime.BadRequest, "BadRequest", "bad-request", 400},
			{runtime.NotAuthenticated, "NotAuthenticated", "not-authenticated", 401},
			{runtime.PaymentError, "PaymentError", "payment-error", 402},
			{runtime.Forbidden, "Forbidden", "forbidden", 403},
			{runtime.NotFound, "NotFound", "not-found", 404},
			{runtime.MethodNotAllowed, "MethodNotAllowed", "method-not-allowed", 405},
			{runtime.NotAcceptable, "NotAcceptable", "not-acceptable", 406},
			{runtime.Timeout, "Timeout", "timeout", 408},
			{runtime.Conflict, "Conflict", "conflict", 409},
			{runtime.Gone, "Gone", "gone", 410},
			{runtime.LengthRequired, "LengthRequired", "length-required", 411},
			{runtime.Unprocessable, "Unprocessable", "unprocessable", 422},
			{runtime.TooManyRequests, "TooManyRequests", "too-many-requests", 429},
			{runtime.GeneralError, "GeneralError", "general-error", 500},
			{runtime.NotImplemented, "NotImplemented", "not-implemented", 501},
			{runtime.BadGateway, "BadGateway", "bad-gateway", 502},
			{runtime.Unavailable, "Unavailable", "unavailable", 503},
		} {
			want := fmt.Sprintf(`{"name":%q,"message":"5%% of \"it\"","code":%d,"className":%q,"data":{"a":1}}`, tt.name, tt.code, tt.class)
			err := tt.make("%d%% of %q", 5, "it").WithData([]byte(`{"a":1}`)).WithCause(io.EOF)
			if got := string(err.AppendJSON(nil)); got != want || !errors.Is(err, io.EOF) {
				t.Errorf("%s = %s\nwant %s, with its cause", tt.name, got, want)
			}
		}
	})
}

func TestErrorOf(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"an Error within another": {fmt.Errorf("wrapped: %w", runtime.Gone("left")), `{"name":"Gone","message":"left","code":410,"className":"gone"}`},
		"refused data": {record.FieldErrors{{Path: "/a", Keyword: "type", Params: `{}`, Message: "must be string"}},
			`{"name":"BadRequest","message":"validation failed","code":400,"className":"bad-request","data":[{"instancePath":"/a","schemaPath":"#/properties/a/type","keyword":"type","params":{},"message":"must be string"}]}`},
		"a refused query":         {&query.Error{Message: "Invalid filter value $x"}, `{"name":"BadRequest","message":"Invalid filter value $x","code":400,"className":"bad-request"}`},
		"malformed JSON":          {&jsonio.SyntaxError{Offset: 3, Reason: "unexpected end"}, `{"name":"BadRequest","message":"invalid JSON at offset 3: unexpected end","code":400,"className":"bad-request"}`},
		"JSON too deep":           {jsonio.ErrDepth, `{"name":"BadRequest","message":"JSON is nested too deep","code":400,"className":"bad-request"}`},
		"a deadline":              {context.DeadlineExceeded, `{"name":"Timeout","message":"the call took too long","code":408,"className":"timeout"}`},
		"a cancelled call":        {context.Canceled, `{"name":"Unavailable","message":"the call was cancelled","code":503,"className":"unavailable"}`},
		"an Error without a code": {&runtime.Error{Message: "hm"}, `{"name":"GeneralError","message":"Internal error","code":500,"className":"general-error"}`},
		"anything else":           {errors.New("password hunter2 is wrong"), `{"name":"GeneralError","message":"Internal error","code":500,"className":"general-error"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(runtime.ErrorOf(tt.err).AppendJSON(nil)); got != tt.want {
				t.Errorf("ErrorOf = %s\nwant %s", got, tt.want)
			}
		})
	}
}
