package model

import (
	_ "embed" // for the directive below

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

//go:embed apikeys.yaml
var apiKeys string

// apiKeys returns the service of the keys, nil when the spec asks for none.
// It goes the way of all services from here on.
func (b *builder) apiKeys() *spec.Service {
	a := b.file.Auth
	if a == nil {
		return nil
	}
	var strategy spec.Text
	for _, t := range a.Strategies {
		if t.Value == "apikey" {
			strategy = t
		}
	}
	if !strategy.Given() {
		return nil
	}
	keys := spec.Fragment(apiKeys, strategy.Span)[0]
	users := false
	for _, s := range b.file.Services {
		switch s.Name.Value {
		case keys.Name.Value:
			b.errorf(s.Name.Span, "reserved-name", "service %s is there by itself with strategy apikey", s.Name.Value).
				Fix = "rename it, or remove apikey from the strategies of auth"
			return nil
		case a.Service.Value:
			users = true
			keys.Store = s.Store
		}
	}
	for _, f := range keys.Fields {
		if f.Type.Name == "ref" {
			f.Type.Ref.Value = a.Service.Value
		}
	}
	if !users {
		return nil // which is reported where auth names them
	}
	return keys
}
