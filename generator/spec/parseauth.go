package spec

import (
	"go.yaml.in/yaml/v3"
)

func (p *parser) auth(e entry) *Auth {
	a := &Auth{Key: e.key}
	for _, e := range p.entries(e.value, authShape) {
		switch e.key.Value {
		case "service":
			a.Service = p.text(e.value, "auth.service")
		case "strategies":
			a.StrategiesKey = e.key
			a.Strategies = p.words(e.value, "auth.strategies", strategyWords)
		case "local":
			a.Local = p.local(e)
		case "hash":
			a.Hash = p.word(e.value, "auth.hash", hashWords)
		case "entity":
			a.Entity = p.text(e.value, "auth.entity")
		case "role":
			a.Role = p.text(e.value, "auth.role")
		case "oauth":
			a.OAuth = p.distinct(p.texts(e.value, "auth.oauth"), "auth.oauth")
		}
	}
	return a
}

func (p *parser) local(e entry) *Local {
	l := &Local{Key: e.key}
	for _, e := range p.entries(e.value, localShape) {
		switch e.key.Value {
		case "username":
			l.Username = p.text(e.value, "auth.local.username")
		case "password":
			l.Password = p.text(e.value, "auth.local.password")
		}
	}
	return l
}

// access reads words for all methods, or a map from methods to words.
func (p *parser) access(n *yaml.Node) []*Access {
	if n.Kind != yaml.MappingNode {
		return []*Access{{Words: p.viewers(n, "access")}}
	}
	var out []*Access
	for _, e := range p.entries(n, accessShape) {
		a := &Access{Words: p.viewers(e.value, "access."+e.key.Value)}
		if e.key.Value != "default" {
			a.Method = e.key
		}
		out = append(out, a)
	}
	return out
}

// viewers reads one or more different words that say who may do something.
func (p *parser) viewers(n *yaml.Node, what string) []Text {
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		p.errorf(p.span(n), "missing-value", "%s has no word", what).Fix = "write a word such as " + viewerExample(what)
		return nil
	}
	return p.distinct(p.texts(n, what), what)
}

// viewerExample returns a word that the key may have.
func viewerExample(what string) string {
	switch what {
	case "visible":
		return "owner"
	case "writable":
		return "admin, a role"
	}
	return "authenticated"
}
