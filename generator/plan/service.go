package plan

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// serviceView is the generated package of one service.
type serviceView struct {
	*model.Service
	Imports  imports
	Methods  []string // constants of the exposed methods
	Multi    []string
	Custom   []customView
	Emits    []string // quoted names of all events beyond the standard ones
	Hooks    []hookKind
	Owned    []methodView // what the user's package implements
	Emitters []*model.Event
	Locals   []string // quoted names of the events that stay in their process; nil where all do
	Foreign  []foreignEvent
	Publish  *publishView // nil: nothing is sent
	Sealed   []string     // constants of the password fields
	Seal     string       // function that hashes them
	Rights   rightsView
	IDType   string // Go type of the id
	IDValue  string // function that makes a record.Value of it
	Stored   bool
	CallType string // what Call stands for
}

type customView struct {
	*model.Custom
	Data  string // expression for an empty record of the data, "" for none
	Adapt string // function of package typed that adapts the method
}

// hookKind is the hooks of one kind: before, after, error, around.
type hookKind struct {
	Field   string // of runtime.Hooks
	Type    string // runtime.Hook or runtime.AroundHook
	Methods []hookMethod
}

type hookMethod struct {
	Method string // constant or quoted name
	Hooks  []string
}

// methodView is one method of the interface that the user's package has.
type methodView struct {
	GoName    string
	Doc       string
	Params    string // with names, as the user writes them
	Types     string // without names
	Results   string // "error" or "(X, error)"
	Return    string // what the generated default returns
	Stub      string // what the user's stub returns
	Default   string // what the generated default does: "does nothing"
	CallAlias string // custom methods: name of the call's type
	CallType  string
}

func newServiceView(p *model.Project, s *model.Service) *serviceView {
	im := imports{}
	im.runtime("record", "typed")
	im.add(runtimePath, p.Module+"/internal/gen/model")
	v := &serviceView{Service: s, Imports: im, Hooks: hookKinds(p, s), Owned: ownedMethods(s), Seal: seal(p), Rights: newRightsView(p, s),
		Publish: newPublishView(s), Stored: s.Store != "none", CallType: "typed.Call[*model." + s.Type + "]"}
	t := goTypes[s.ID.IDType]
	v.IDType, v.IDValue = t.name, t.value
	if t.value == "record.StringValue" {
		v.IDValue += "[string]"
	}
	v.Methods, v.Multi = constants(s.Methods), constants(s.Multi)
	for _, c := range s.Custom {
		v.Custom = append(v.Custom, newCustomView(c))
	}
	for _, e := range s.Events {
		v.Emits = append(v.Emits, strconv.Quote(e.Name))
		if e.FromCustom == nil {
			v.Emitters = append(v.Emitters, e)
		}
		if e.Local && !s.Local {
			v.Locals = append(v.Locals, strconv.Quote(e.Name))
		}
	}
	for _, f := range s.Fields {
		if f.Type == model.Password {
			v.Sealed = append(v.Sealed, fieldConstant(s, f))
		}
	}
	if shared(p, s) {
		v.foreign()
	}
	v.importUsed()
	return v
}

// importUsed adds the imports that only some services need.
func (v *serviceView) importUsed() {
	if len(v.Owned) > 0 || len(v.Emitters) > 0 || v.Publish != nil {
		v.Imports.add("context")
	}
	if v.Stored && !v.Paginate.Off {
		v.Imports.runtime("query")
	}
	if len(v.Sealed) > 0 {
		v.Imports.runtime("password")
	}
	if !v.Stored {
		v.forgetRecord()
	}
	if v.Publish != nil {
		v.Publish.importUsed(v.Imports)
	}
}

// forgetRecord leaves out what a service without a store has no use for.
func (v *serviceView) forgetRecord() {
	v.CallType = "runtime.Call"
	used := func(c *model.Custom) bool { return c.OutRef != nil }
	if !slices.ContainsFunc(v.Service.Custom, used) {
		maps.DeleteFunc(v.Imports, func(path, _ string) bool { return strings.HasSuffix(path, "/internal/gen/model") })
	}
	if len(v.Foreign) == 0 {
		delete(v.Imports, runtimePath+"/record")
	}
	if len(v.Custom) == 0 {
		delete(v.Imports, runtimePath+"/typed")
	}
}

func newCustomView(c *model.Custom) customView {
	v := customView{Custom: c, Adapt: "typed.Custom"}
	if c.In != nil {
		v.Data = lowerFirst(c.GoName) + "DataSchema.Default"
	}
	switch {
	case c.OutList:
		v.Adapt = "typed.CustomList"
	case c.Out == nil && c.OutRef == nil:
		v.Adapt = "typed.CustomNothing"
	}
	return v
}

var methodConstants = map[string]string{"all": "runtime.All", "find": "runtime.Find", "get": "runtime.Get",
	"create": "runtime.Create", "update": "runtime.Update", "patch": "runtime.Patch", "remove": "runtime.Remove"}

func constant(method string) string {
	if c := methodConstants[method]; c != "" {
		return c
	}
	return strconv.Quote(method)
}

func constants(methods []string) []string {
	list := make([]string, len(methods))
	for i, m := range methods {
		list[i] = constant(m)
	}
	return list
}

// hookKinds returns the hooks as runtime.Hooks lists them.
func hookKinds(p *model.Project, s *model.Service) []hookKind {
	var kinds []hookKind
	for _, k := range []struct{ name, field, typ, adapt string }{
		{"around", "Around", "runtime.AroundHook", "typed.Around"},
		{"before", "Before", "runtime.Hook", "typed.Before"},
		{"after", "After", "runtime.Hook", "typed.After"},
		{"error", "Error", "runtime.Hook", "typed.After"},
	} {
		kind := hookKind{Field: k.field, Type: k.typ}
		for _, h := range s.Hooks {
			if h.Type != k.name {
				continue
			}
			hook := "m." + h.GoName
			if s.Store != "none" {
				hook = k.adapt + "(" + hook + ")"
			}
			kind.add(h.Method, hook)
		}
		switch {
		case s.APIKeys && k.name == "around":
			kind.add("create", "issue")
		case k.name == "before" && needsPassword(p, s):
			kind.add("create", "needPassword")
		}
		if len(kind.Methods) > 0 {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// add puts a hook behind the others of a method.
func (k *hookKind) add(method, hook string) {
	at := slices.IndexFunc(k.Methods, func(m hookMethod) bool { return m.Method == constant(method) })
	if at < 0 {
		at = len(k.Methods)
		k.Methods = append(k.Methods, hookMethod{Method: constant(method)})
	}
	k.Methods[at].Hooks = append(k.Methods[at].Hooks, hook)
}

// needsPassword reports whether the service is that of users whose password
// is optional only for those who come from a provider.
func needsPassword(p *model.Project, s *model.Service) bool {
	return p.Auth != nil && s == p.Auth.Service && len(p.Auth.OAuth) > 0 && p.Auth.Strategies.Local
}

// ownedMethods returns what the user's package implements: the policy, each
// hook once, however often it is used, then the custom methods.
func ownedMethods(s *model.Service) []methodView {
	var list []methodView
	if calls := policed(s); len(calls) > 0 {
		list = append(list, policyView(s, calls))
	}
	at := map[string]int{}
	for _, h := range s.Hooks {
		use := hookUse(h)
		if i, seen := at[h.GoName]; seen {
			list[i].Doc = strings.TrimSuffix(list[i].Doc, ".") + " and " + use + "."
			continue
		}
		at[h.GoName] = len(list)
		list = append(list, hookView(h, use))
	}
	for _, c := range s.Custom {
		list = append(list, customMethod(s, c))
	}
	return list
}

// hookUse says when a hook runs.
func hookUse(h *model.Hook) string {
	switch {
	case h.Type == "error" && h.Method == "all":
		return "when a method fails"
	case h.Type == "error":
		return "when " + h.Method + " fails"
	case h.Method == "all":
		return h.Type + " every method"
	}
	return h.Type + " " + h.Method
}

func hookView(h *model.Hook, use string) methodView {
	m := methodView{GoName: h.GoName, Doc: h.GoName + " runs " + use + ".", Default: "does nothing", Results: "error",
		Params: "ctx context.Context, c *%sCall", Types: "context.Context, *Call", Return: "return nil", Stub: "return nil"}
	if h.Type == "around" {
		m.Params += ", next runtime.Next"
		m.Types = "ctx context.Context, _ *Call, next runtime.Next"
		m.Return, m.Stub = "return next(ctx)", "return next(ctx)"
	}
	return m
}

func customMethod(s *model.Service, c *model.Custom) methodView {
	fail := `runtime.NotImplemented("` + c.Name + ` of ` + s.Path + ` is not written yet")`
	m := methodView{GoName: c.GoName, Doc: sentence(c.GoName+" is the custom method "+c.Name+".", c.Doc),
		Params: "ctx context.Context, c *%s" + c.GoName + "Call", Types: "context.Context, *" + c.GoName + "Call",
		Return: "return nil, " + fail, CallAlias: c.GoName + "Call", Default: "is not written yet"}
	in := "*" + c.GoName + "Data"
	if c.In == nil {
		in = "struct{}"
	}
	m.CallType = "typed.CustomCall[" + in + "]"
	switch {
	case c.OutRef != nil && c.OutList:
		m.Results = "([]*model." + c.OutRef.Type + ", error)"
	case c.OutRef != nil:
		m.Results = "(*model." + c.OutRef.Type + ", error)"
	case c.Out != nil:
		m.Results = "(*%s" + c.GoName + "Result, error)"
	default:
		m.Results, m.Return = "error", "return "+fail
	}
	m.Stub = m.Return
	return m
}

// In puts a package's name before the types that are its own.
func (m methodView) In(pkg string) methodView {
	m.Params = strings.ReplaceAll(m.Params, "%s", pkg)
	m.Results = strings.ReplaceAll(m.Results, "%s", pkg)
	return m
}
