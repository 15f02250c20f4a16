package spec

import (
	"go.yaml.in/yaml/v3"
)

func (p *parser) file(root *yaml.Node) *File {
	f := &File{}
	entries := p.entries(root, fileShape)
	given := make(map[string]bool, len(entries))
	for _, e := range entries {
		given[e.key.Value] = true
		if e.key.Value == "services" && e.value.Kind == yaml.MappingNode {
			p.serviceNames(e.value)
		}
	}
	for _, e := range entries {
		p.fileKey(f, e)
	}
	if root.Kind == yaml.MappingNode {
		p.required(root, given)
	}
	f.Broken = p.broken
	return f
}

func (p *parser) serviceNames(n *yaml.Node) {
	for i := 0; i < len(n.Content); i += 2 {
		p.services = append(p.services, n.Content[i].Value)
	}
}

func (p *parser) fileKey(f *File, e entry) {
	switch e.key.Value {
	case "version":
		f.Version = p.version(e.value)
	case "app":
		f.App = p.app(e)
	case "transports":
		f.TransportsSpan = e.key.Span
		f.Transports = p.transports(e.value)
	case "store":
		f.Store = p.word(e.value, "store", storeWords)
	case "static":
		f.Static = p.text(e.value, "static")
	case "cluster":
		f.Cluster = p.cluster(e)
	case "sync":
		f.Sync = p.sync(e)
	case "auth":
		f.Auth = p.auth(e)
	case "channels":
		f.Channels = p.channels(e.value)
	case "services":
		f.ServicesSpan = e.key.Span
		for _, s := range p.entries(e.value, servicesShape) {
			f.Services = append(f.Services, p.service(s))
		}
	case "moved":
		f.Moved = p.moved(e.value)
	}
}

// required reports the keys that every spec has.
func (p *parser) required(root *yaml.Node, given map[string]bool) {
	at := Span{Line: root.Line, Col: root.Column}
	for _, key := range []struct{ name, fix string }{
		{"version", "add version: 1"},
		{"app", "add app: { name: … }"},
		{"services", "add services: with one entry a service"},
	} {
		if !given[key.name] && !p.misspelt[key.name] {
			p.errorf(at, "missing-key", "the spec has no key %q", key.name).Fix = key.fix
		}
	}
}

func (p *parser) version(n *yaml.Node) Text {
	t := p.text(n, "version")
	if t.Given() && t.Value != "1" {
		p.errorf(t.Span, "unknown-version", "version %s of the spec's language is not known here", Quote(t.Value)).
			Fix = "use version: 1, or a featherscaffold that knows this version"
	}
	return t
}

func (p *parser) app(e entry) App {
	app := App{Key: e.key}
	for _, e := range p.entries(e.value, appShape) {
		switch e.key.Value {
		case "name":
			app.Name = p.text(e.value, "app.name")
		case "module":
			app.Module = p.text(e.value, "app.module")
		}
	}
	return app
}

// transports reads a list of names, or a map from names to settings.
func (p *parser) transports(n *yaml.Node) []*Transport {
	var out []*Transport
	if n.Kind != yaml.MappingNode {
		for _, t := range p.words(n, "transports", transportsWords) {
			out = append(out, &Transport{Name: t})
		}
		return out
	}
	for _, e := range p.entries(n, transportsShape) {
		out = append(out, p.transport(e))
	}
	return out
}

func (p *parser) transport(e entry) *Transport {
	t := &Transport{Name: e.key}
	switch e.key.Value {
	case "rest":
		p.noKeys(e.value, restShape)
	case "primus":
		p.noKeys(e.value, primusShape)
	case "socketio":
		for _, e := range p.entries(e.value, socketioShape) {
			switch e.key.Value {
			case "transports":
				t.Transports = p.words(e.value, "socketio.transports", engineWords)
			case "allowEIO3":
				t.AllowEIO3 = p.flag(e.value, "socketio.allowEIO3")
			}
		}
	}
	return t
}

// noKeys reads a mapping that has no settings yet.
func (p *parser) noKeys(n *yaml.Node, s shape) {
	for _, e := range p.entries(n, s) {
		p.errorf(e.key.Span, "unknown-key", "%s has no settings", s.name).Fix = "write " + s.name + ": {}"
	}
}

func (p *parser) cluster(e entry) *Cluster {
	c := &Cluster{Key: e.key}
	for _, e := range p.entries(e.value, clusterShape) {
		switch e.key.Value {
		case "mode":
			c.Mode = p.word(e.value, "cluster.mode", modeWords)
		case "workers":
			c.Workers = p.text(e.value, "cluster.workers")
		}
	}
	return c
}

// sync reads the mapping or its short form, the backend's name.
func (p *parser) sync(e entry) *Sync {
	s := &Sync{Key: e.key}
	if e.value.Kind == yaml.ScalarNode && !isNull(e.value) {
		s.Backend = p.word(e.value, "sync", backendWords)
		return s
	}
	for _, e := range p.entries(e.value, syncShape) {
		switch e.key.Value {
		case "backend":
			s.Backend = p.word(e.value, "sync.backend", backendWords)
		case "compat":
			s.Compat = p.compat(e)
		}
	}
	return s
}

func (p *parser) compat(e entry) *Compat {
	c := &Compat{Key: e.key}
	for _, e := range p.entries(e.value, compatShape) {
		switch e.key.Value {
		case "protocol":
			c.Protocol = p.word(e.value, "sync.compat.protocol", protocolWords)
		case "key":
			c.Channel = p.text(e.value, "sync.compat.key")
		case "services":
			c.ServicesKey = e.key
			c.Services = p.distinct(p.texts(e.value, "sync.compat.services"), "sync.compat.services")
		}
	}
	return c
}

func (p *parser) channels(n *yaml.Node) Channels {
	var c Channels
	for _, e := range p.entries(n, channelsShape) {
		switch e.key.Value {
		case "connection":
			c.Connection = p.distinct(p.texts(e.value, "channels.connection"), "channels.connection")
		case "login":
			c.LoginKey = e.key
			c.Login = p.distinct(p.texts(e.value, "channels.login"), "channels.login")
		}
	}
	return c
}

func (p *parser) moved(n *yaml.Node) []*Move {
	if n.Kind != yaml.SequenceNode {
		p.wrongShape(n, aList, "moved")
		return nil
	}
	var out []*Move
	for _, item := range n.Content {
		for _, e := range p.entries(item, moveShape) {
			out = append(out, p.move(e))
		}
	}
	return out
}

func (p *parser) move(e entry) *Move {
	m := &Move{Kind: e.key}
	s := memberShape
	if e.key.Value == "service" {
		s = renameShape
	}
	for _, e := range p.entries(e.value, s) {
		switch e.key.Value {
		case "service":
			m.Service = p.text(e.value, "service")
		case "from":
			m.From = p.text(e.value, "from")
		case "to":
			m.To = p.text(e.value, "to")
		}
	}
	p.moveComplete(m)
	return m
}

// moveComplete reports what a move lacks.
func (p *parser) moveComplete(m *Move) {
	if !m.From.Given() || !m.To.Given() {
		p.errorf(m.Kind.Span, "missing-key", "a move needs the old and the new name").
			Fix = "write { service: { from: old, to: new } }"
	}
	if what := m.Kind.Value; what != "service" && !m.Service.Given() {
		p.errorf(m.Kind.Span, "missing-key", "the move does not say in which service").
			Fix = "write { " + what + ": { service: messages, from: old, to: new } }"
	}
}
