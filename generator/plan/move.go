package plan

import (
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/merge"
	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/schema"
)

// A Move is what a rename in the spec asks of the user's part of a project,
// which was made for the names before.
type Move struct {
	// From and To are the folder of a service's package before and after, the
	// same when it stays. Files called as the package is are renamed with it.
	From, To string
	Module   string // the project's path
	// Names are what Go files anywhere in the project call differently, and
	// what tells types.
	Names []merge.Renaming
	// Own are names that the folder's own package declares. A method without a
	// Type is that of every type that has it.
	Own []merge.Renaming
}

// Moves returns what follows from renames, a move for each service that was
// there before: what is called as it was tells types. It is nil when nothing
// is called differently.
func Moves(p *model.Project, before *schema.Schema, moves []schema.Move) []Move {
	predecessor, was := before.Before(moves), map[member]string{}
	for _, m := range moves {
		was[member{m.Kind, m.New.Name, m.To}] = m.GoFrom
	}
	var movers []*mover
	for _, s := range p.Services {
		if old := predecessor(s.Name); old != nil {
			m := &mover{project: p, service: s, old: old, was: was}
			m.follow()
			movers = append(movers, m)
		}
	}
	if !slices.ContainsFunc(movers, (*mover).moved) {
		return nil
	}
	var list []Move
	for _, m := range movers {
		m.Names = append(m.Names, m.types()...)
		list = append(list, m.Move)
	}
	return list
}

// mover makes the move of one service.
type mover struct {
	Move
	project *model.Project
	service *model.Service
	old     *schema.Service
	was     map[member]string // Go names before
}

// member is a field, method or event by its name of today.
type member struct {
	kind          model.MoveKind
	service, name string
}

func (m *mover) moved() bool { return m.From != m.To || len(m.Names)+len(m.Own) > 0 }

// gen returns the path of a generated package.
func (m *mover) gen(pkg string) string { return m.Module + "/internal/gen/" + pkg }

func (m *mover) follow() {
	old, now := m.old, m.service
	m.From, m.To, m.Module = "services/"+old.Package, "services/"+now.Package, m.project.Module
	if m.From != m.To {
		m.names(merge.RenameImport, "", "", m.gen(old.Package), m.gen(now.Package))
		m.names(merge.RenameImport, "", "", m.Module+"/"+m.From, m.Module+"/"+m.To)
		m.own(merge.RenamePackage, "", old.Package, now.Package)
	}
	if old.Table != "" && now.Store != "none" {
		m.record()
	}
	for _, c := range now.Custom {
		m.method(c)
	}
	for _, e := range now.Events {
		if e.FromCustom == nil {
			m.event(e)
		}
	}
}

// names adds what is called differently everywhere; equal names are left out.
func (m *mover) names(kind merge.RenameKind, path, typ, from, to string) {
	r := merge.Renaming{Kind: kind, Path: path, Type: typ, From: from, To: to}
	if from != to && !slices.Contains(m.Names, r) {
		m.Names = append(m.Names, r)
	}
}

func (m *mover) own(kind merge.RenameKind, typ, from, to string) {
	if from != to {
		m.Own = append(m.Own, merge.Renaming{Kind: kind, Type: typ, From: from, To: to})
	}
}

// before returns what something of the service was called before, in Go too.
func (m *mover) before(kind model.MoveKind, name, goName string) string {
	if was, ok := m.was[member{kind, m.service.Name, name}]; ok {
		return was
	}
	return goName
}

// record follows the type of the record and its fields.
func (m *mover) record() {
	const pkg = "model"
	from, to := m.old.Type, m.service.Type
	m.names(merge.RenameName, m.gen(pkg), "", from, to)
	m.names(merge.RenameName, m.gen(pkg), "", from+"Schema", to+"Schema")
	m.names(merge.RenameName, m.gen(pkg), "", "New"+from, "New"+to)
	m.names(merge.RenameName, m.gen("apptest"), "", fixtureName(from), fixtureName(to))
	m.own(merge.RenameName, "", "TestCreated"+from+"IsFoundAndRemoved", "TestCreated"+to+"IsFoundAndRemoved")
	for _, f := range m.service.Fields {
		was := m.before(model.MovedField, f.Name, f.GoName)
		m.names(merge.RenameMember, m.gen(pkg), from, was, f.GoName)
		m.names(merge.RenameName, m.gen(pkg), "", from+"Field"+was, to+"Field"+f.GoName)
		m.enum(m.gen(pkg), from+was, to+f.GoName, f)
	}
}

// enum follows the type of an enum field and its values.
func (m *mover) enum(path, from, to string, f *model.Field) {
	if f.Type != model.Enum {
		return
	}
	m.names(merge.RenameName, path, "", from, to)
	for _, v := range f.Enum {
		m.names(merge.RenameName, path, "", from+v.GoName, to+v.GoName)
	}
}

func (m *mover) method(c *model.Custom) {
	from, to, gen := m.before(model.MovedMethod, c.Name, c.GoName), c.GoName, m.gen(m.old.Package)
	for _, part := range []string{"Call", "Data", "Result"} {
		m.names(merge.RenameName, gen, "", from+part, to+part)
	}
	for _, f := range c.In {
		m.enum(gen, from+"Data"+f.GoName, to+"Data"+f.GoName, f)
	}
	for _, f := range c.Out {
		m.enum(gen, from+"Result"+f.GoName, to+"Result"+f.GoName, f)
	}
	m.names(merge.RenameMember, gen, "Methods", from, to)
	m.names(merge.RenameMember, gen, "Unimplemented", from, to)
	m.names(merge.RenameMember, m.Module+"/"+m.From, "Service", from, to)
	m.own(merge.RenameMember, "", from, to)
}

func (m *mover) event(e *model.Event) {
	from, to, gen := m.before(model.MovedEvent, e.Name, e.GoName), e.GoName, m.gen(m.old.Package)
	m.names(merge.RenameName, gen, "", from, to)
	for _, f := range e.Fields {
		m.enum(gen, from+f.GoName, to+f.GoName, f)
	}
	if m.service.Store == "none" {
		m.names(merge.RenameName, gen, "", "Emit"+from, "Emit"+to)
		return
	}
	m.names(merge.RenameMember, gen, "Service", "Emit"+from, "Emit"+to)
}

// types tells the types of what the service's generated code gives, by the
// names before.
func (m *mover) types() []merge.Renaming {
	var list []merge.Renaming
	gen, own := m.gen(m.old.Package), m.Module+"/services/"+m.old.Package
	is := func(expr, typ string) {
		list = append(list, merge.Renaming{Kind: merge.HasType, From: expr, To: typ})
	}
	is(own+".New()", own+".Service")
	for _, c := range m.service.Custom {
		if was := m.before(model.MovedMethod, c.Name, c.GoName); c.In != nil {
			is(gen+"."+was+"Call.Data", gen+"."+was+"Data")
		}
	}
	if m.old.Table == "" {
		return list
	}
	record := m.gen("model") + "." + m.old.Type
	is(gen+".Of()", gen+".Service")
	for _, method := range []string{"Get", "Create", "Update", "Patch", "Remove"} {
		is(gen+".Service."+method+"()", record)
	}
	is(gen+".Service.Find()", "[]"+record)
	is(gen+".Call.Data", record)
	is(gen+".Call.Result", record)
	is(gen+".Call.Results()", "[]"+record)
	is(m.gen("model")+".New"+m.old.Type+"()", record)
	is(m.gen("apptest")+"."+fixtureName(m.old.Type)+"()", record)
	if auth := m.project.Auth; auth != nil && auth.Service == m.service {
		is(gen+"."+dataName(m.service, "Caller")+"()", record)
	}
	return list
}
