package model

import (
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// Build resolves a spec: names, defaults and references. What is wrong with
// its meaning is added to diags, which is what spec.Parse returned. The
// project is nil when diags holds errors, of this or of the earlier stage.
func Build(f *spec.File, diags *spec.Diagnostics) *Project {
	if f == nil {
		return nil
	}
	b := &builder{file: f, diags: diags, project: &Project{},
		byName: map[string]*service{}, reported: map[place]bool{}}
	b.logins = set(f.Channels.Login)
	b.joins = set(slices.Concat(f.Channels.Connection, f.Channels.Login))
	b.app()
	b.transports()
	b.deployment()
	b.declare()
	for _, s := range b.services {
		b.fields(s)
	}
	b.auth()
	b.rights()
	for _, s := range b.services {
		b.behaviour(s)
	}
	b.moved()
	b.channels()
	b.compat()
	b.identifiers()
	b.cycles()
	b.stores()
	if diags.HasErrors() {
		return nil
	}
	return b.project
}

// builder is the state of one Build.
type builder struct {
	file       *spec.File
	diags      *spec.Diagnostics
	project    *Project
	services   []*service // in the spec's order
	byName     map[string]*service
	users      *service             // auth.service; nil without auth, and when it is not there
	roleValues map[string]EnumValue // the roles, by their words
	joins      map[string]bool      // the channels of channels.connection and login, as written
	logins     map[string]bool      // those of login alone
	reported   map[place]bool       // what is said once, though many things would say it
}

// place is a diagnostic's code and where it stands.
type place struct {
	code string
	at   spec.Span
}

// once reports whether a diagnostic was not there before, and notes it.
func (b *builder) once(at spec.Span, code string) bool {
	before := b.reported[place{code, at}]
	b.reported[place{code, at}] = true
	return !before
}

// service is a service on its way from syntax to model.
type service struct {
	*Service
	syntax *spec.Service
	byName map[string]*Field
	places map[*Field]spec.Span
	broken map[string]bool // fields that are declared but could not be read
	owned  bool            // has a field that is set to the user, be it a wrong one
}

func (b *builder) errorf(at spec.Span, code, format string, args ...any) *spec.Diagnostic {
	return b.diags.Errorf(at, code, format, args...)
}

// notAvailable reports a part of the language that can not run yet.
func (b *builder) notAvailable(at spec.Span, what, instead string) {
	b.errorf(at, "not-available", "%s is not available in this version", what).Fix = instead
}

// declare makes the services with their names and ids, which is what others
// refer to.
func (b *builder) declare() {
	if len(b.file.Services) == 0 && !b.file.Broken {
		b.errorf(b.file.ServicesSpan, "no-services", "the spec has no service").
			Fix = "add one below services:, as in messages: { fields: { text: string! } }"
	}
	const most = 500
	for _, syntax := range capped(b, b.file.ServicesSpan, b.file.Services, most, "services") {
		b.service(syntax)
	}
	if keys := b.apiKeys(); keys != nil {
		b.service(keys).APIKeys = true
	}
	b.paths()
}

func (b *builder) service(syntax *spec.Service) *service {
	b.limit(syntax)
	s := &service{
		Service: &Service{Name: syntax.Name.Value, Doc: syntax.Doc.Value, Local: b.stays(syntax.Sync)}, syntax: syntax,
		byName: map[string]*Field{}, places: map[*Field]spec.Span{}, broken: map[string]bool{},
	}
	b.services = append(b.services, s)
	b.byName[s.Name] = s
	b.project.Services = append(b.project.Services, s.Service)
	b.names(s)
	b.store(s)
	b.id(s)
	return s
}

// capped cuts a list to what is possible, and reports that.
func capped[T any](b *builder, at spec.Span, list []T, most int, what string) []T {
	if len(list) <= most {
		return list
	}
	b.errorf(at, "too-many", "%d %s; at most %d are possible", len(list), what, most).
		Fix = "divide them, or check that the file is the right one"
	return list[:most]
}

// limit bounds the lists of a service, which bounds the time that checks take.
func (b *builder) limit(s *spec.Service) {
	const most = 128
	at := s.Name.Span
	s.Custom = capped(b, at, s.Custom, most, "custom methods")
	s.Events = capped(b, at, s.Events, most, "events")
	s.Hooks = capped(b, at, s.Hooks, 2*most, "hooks")
	s.Indexes = capped(b, at, s.Indexes, most, "indexes")
	s.Access = capped(b, at, s.Access, 2*most, "access entries")
	if s.Publish != nil {
		s.Publish.Rules = capped(b, at, s.Publish.Rules, 2*most, "publish rules")
		for _, r := range s.Publish.Rules {
			r.Channels = capped(b, r.Span, r.Channels, most, "channels")
		}
	}
}

// behaviour resolves what builds on all services' fields.
func (b *builder) behaviour(s *service) {
	b.indexes(s)
	b.paginate(s)
	b.methods(s)
	b.customs(s)
	b.events(s)
	b.hooks(s)
	b.access(s)
	b.publish(s)
	b.outbox(s)
}

// serviceNames lists the services for suggestions.
func (b *builder) serviceNames() []string {
	names := make([]string, len(b.services))
	for i, s := range b.services {
		names[i] = s.Name
	}
	return names
}

// lookup finds a service that is referred to, and reports when there is none.
func (b *builder) lookup(name spec.Text) *service {
	if s := b.byName[name.Value]; s != nil {
		return s
	}
	d := b.errorf(name.Span, "missing-service", "there is no service %s", quote(name.Value))
	d.Fix = "add it below services:, or refer to one that is there"
	d.Suggest(name.Value, b.serviceNames())
	return nil
}

// stores gathers the kinds of store in use.
func (b *builder) stores() {
	for _, s := range b.services {
		if s.Store != "none" && !slices.Contains(b.project.Stores, s.Store) {
			b.project.Stores = append(b.project.Stores, s.Store)
		}
	}
	slices.Sort(b.project.Stores)
}

func set(texts []spec.Text) map[string]bool {
	out := make(map[string]bool, len(texts))
	for _, t := range texts {
		out[t.Value] = true
	}
	return out
}

// quote shows a text of the spec in a message, cut to a readable length.
func quote(text string) string { return spec.Quote(text) }
