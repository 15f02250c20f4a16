package spec_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func TestFragmentStandsWhereItWasAskedFor(t *testing.T) {
	t.Parallel()
	at := spec.Span{Line: 7, Col: 3, EndCol: 9}
	services := spec.Fragment("keys:\n  fields: { user: -> users! unique = $user }\n  timestamps: true\n  paginate: { max: 5 }\n", at)
	if len(services) != 1 || len(services[0].Fields) != 1 {
		t.Fatalf("Fragment: got %+v, want one service with one field", services)
	}
	s := services[0]
	f := s.Fields[0]
	for what, got := range map[string]spec.Span{
		"service": s.Name.Span, "field": f.Name.Span, "type": f.Type.Ref.Span, "modifier": f.Modifiers[0].Span,
		"suffix": f.Required.Span, "default": f.Default.Span, "flag": s.Timestamps.Span, "number": s.Paginate.Max.Span,
	} {
		if got != at {
			t.Errorf("Fragment: the place of the %s is %v, want %v", what, got, at)
		}
	}
}

func TestFragmentPanicsForAMistakeOfOurs(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("Fragment: no panic")
		}
	}()
	spec.Fragment("keys: { feilds: {} }", spec.Span{Line: 1, Col: 1, EndCol: 2})
}
