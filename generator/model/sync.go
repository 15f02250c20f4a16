package model

import (
	"regexp"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// backend returns what processes hear each other over, "none" for nothing.
func (b *builder) backend() string {
	if s := b.file.Sync; s != nil && s.Backend.Given() {
		return s.Backend.Value
	}
	return "none"
}

// brokered reports whether that is a broker, which other instances reach.
func (b *builder) brokered() bool { return b.backend() == "redis" || b.backend() == "rabbitmq" }

// single reports whether one process is all that there is.
func (b *builder) single() bool {
	return b.backend() == "none" || b.backend() == "local" && b.project.Cluster == nil
}

// sync resolves the backend between processes.
func (b *builder) sync(s *spec.Sync) {
	switch {
	case b.brokered():
		b.project.Sync = &Sync{Backend: s.Backend.Value}
	case !s.Backend.Given() && !b.file.Broken:
		b.errorf(s.Key.Span, "missing-key", "sync has no backend").Fix = "write backend: redis, or another one; sync: none is none at all"
	case s.Compat != nil && s.Backend.Given():
		b.errorf(s.Compat.Key.Span, "conflict", "compat needs a broker that other instances reach, and sync has the backend %s", b.backend()).
			Fix = "write backend: redis or backend: rabbitmq, or leave compat out"
	case b.backend() == "local" && b.single():
		b.diags.Warnf(s.Backend.Span, "no-effect", "sync: local is between the workers of one host, and there is one process").
			Fix = "add cluster: { mode: workers }, or leave sync out"
	}
}

// stays reports whether a service or an event stays in its process.
func (b *builder) stays(sync *spec.Flag) bool {
	if sync == nil || sync.On || sync.Span.IsZero() {
		return false
	}
	if b.single() && !b.file.Broken {
		b.diags.Warnf(sync.Span, "no-effect", "sync: false keeps events in their process, and there is one process").
			Fix = "leave it out, or add sync: redis to the app"
	}
	return true
}

// outbox checks that there is a database to keep events in, and somebody to
// keep them for.
func (b *builder) outbox(s *service) {
	flag := s.syntax.Outbox
	if !flag.On {
		return
	}
	s.Outbox = true
	switch {
	case s.Store == "memory" || s.Store == "none":
		b.errorf(flag.Span, "store-missing", "outbox keeps events in the database along with the change, and %s has store %s", s.Name, s.Store).
			Fix = "use store: sqlite, or leave outbox out"
	case s.Local:
		b.errorf(flag.Span, "conflict", "outbox keeps events for other processes, and with sync: false none gets them").Fix = "remove one of the two"
	case b.single() && !b.file.Broken:
		b.errorf(flag.Span, "sync-missing", "outbox keeps events until other processes can have them, and there are none").
			Fix = "add sync: redis or sync: rabbitmq to the app, or leave outbox out"
	}
}

// compat resolves what is shared with Node instances.
func (b *builder) compat() {
	if b.project.Sync == nil || b.file.Sync.Compat == nil {
		return
	}
	syntax := b.file.Sync.Compat
	c := &Compat{Key: "feathers-sync"}
	b.project.Sync.Compat = c
	if !syntax.Protocol.Given() && !b.file.Broken {
		b.errorf(syntax.Key.Span, "missing-key", "compat has no protocol").
			Fix = "write compat: { protocol: feathers-sync, services: [messages] }"
	}
	if key := syntax.Channel; key.Given() {
		c.Key = key.Value
		if !compatKey.MatchString(key.Value) {
			b.errorf(key.Span, "unknown-value", "sync.compat.key can not be %s", quote(key.Value)).
				Fix = "use letters, digits and . _ : / -, such as feathers-sync, which is that of the Node package too"
		}
	}
	if len(syntax.Services) == 0 && !b.file.Broken {
		b.errorf(syntax.Key.Span, "missing-key", "compat has no services, and others than those it lists are not shared").
			Fix = "write services: [messages] in it"
	}
	for _, name := range syntax.Services {
		if s := b.shared(name); s != nil {
			c.Services = append(c.Services, s.Service)
		}
	}
}

// compatKey is what may be the name of a Redis channel and of an exchange, and
// needs no quotes anywhere.
var compatKey = regexp.MustCompile(`^[A-Za-z0-9._:/-]{1,200}$`)

// shared finds a service whose events Node instances share, nil for none.
func (b *builder) shared(name spec.Text) *service {
	if name.Value == "authentication" {
		b.errorf(name.Span, "not-allowed-here", "logins are not shared: what they answer is for who logs in").Fix = "remove authentication"
		return nil
	}
	s := b.lookup(name)
	switch {
	case s == nil:
		return nil
	case s.APIKeys:
		b.errorf(name.Span, "not-allowed-here", "API keys are not shared: they are for who made them").Fix = "remove " + s.Name
		return nil
	case s.Local:
		b.errorf(name.Span, "conflict", "%s has sync: false, so none of its events is shared", s.Name).Fix = "remove one of the two"
	}
	return s
}
