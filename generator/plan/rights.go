package plan

import (
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// rightsView is what a service's registration says of its callers.
type rightsView struct {
	Access   []entry // by method; left out where every user may call
	Policy   string  // hook that decides calls, "" for none
	Owner    string  // constant of the field with the owner, "" for none
	Visible  []entry // by field
	Writable []entry // by field
}

// entry is one line of a map's literal.
type entry struct{ Key, Value string }

// newRightsView returns the zero view for a project without users, where
// everybody may do everything.
func newRightsView(p *model.Project, s *model.Service) rightsView {
	var v rightsView
	if p.Auth == nil {
		return v
	}
	for _, a := range s.Access {
		if value := accessLiteral(p.Auth, a); value != "{}" {
			v.Access = append(v.Access, entry{constant(a.Method), value})
		}
	}
	if len(policed(s)) > 0 {
		v.Policy = "m." + policyName(s)
		if s.Store != "none" {
			v.Policy = "typed.Before(" + v.Policy + ")"
		}
	}
	if s.Owner != nil {
		v.Owner = fieldConstant(s, s.Owner)
	}
	for _, f := range s.Fields {
		if f.Visible != nil {
			v.Visible = append(v.Visible, entry{fieldConstant(s, f), viewersLiteral(p.Auth, f.Visible)})
		}
		if f.Writable != nil {
			v.Writable = append(v.Writable, entry{fieldConstant(s, f), "{" + roleList(p.Auth, f.Writable) + "}"})
		}
	}
	return v
}

func accessLiteral(auth *model.Auth, a model.Access) string {
	var l literal
	l.flag("Public", a.Public)
	l.flag("Owner", a.Owner)
	l.flag("Policy", a.Policy)
	l.roles(auth, a.Roles)
	return l.String()
}

func viewersLiteral(auth *model.Auth, v *model.Visible) string {
	var l literal
	l.flag("Authenticated", v.Authenticated)
	l.flag("Owner", v.Owner)
	l.roles(auth, v.Roles)
	return l.String()
}

// literal gathers the fields of a struct's literal.
type literal []string

func (l *literal) flag(name string, set bool) {
	if set {
		*l = append(*l, name+": true")
	}
}

func (l *literal) roles(auth *model.Auth, roles []model.EnumValue) {
	if len(roles) > 0 {
		*l = append(*l, "Roles: []string{"+roleList(auth, roles)+"}")
	}
}

func (l *literal) String() string { return "{" + strings.Join(*l, ", ") + "}" }

// roleList returns the constants of roles as strings.
func roleList(auth *model.Auth, roles []model.EnumValue) string {
	list := make([]string, len(roles))
	for i, r := range roles {
		list[i] = "string(model." + auth.Service.Type + auth.Role.GoName + r.GoName + ")"
	}
	return strings.Join(list, ", ")
}

// fieldConstant returns the number of a record's field.
func fieldConstant(s *model.Service, f *model.Field) string {
	return "model." + s.Type + "Field" + f.GoName
}

// policed lists the methods whose calls Go code decides.
func policed(s *model.Service) (methods []string) {
	for _, a := range s.Access {
		if a.Policy {
			methods = append(methods, a.Method)
		}
	}
	return methods
}

// policyView is the method by which the user's package decides calls.
func policyView(s *model.Service, methods []string) methodView {
	name := policyName(s)
	doc := name + " decides calls of " + andList(methods) + ": an error refuses one. It runs before all hooks"
	if slices.ContainsFunc(methods, func(m string) bool { return methodConstants[m] != "" }) {
		doc += ", and may narrow c.Query"
	}
	refuse := `return runtime.Forbidden("the policy of ` + s.Path + ` is not written yet")`
	return methodView{GoName: name, Default: "refuses every call", Results: "error", Return: refuse, Stub: refuse,
		Doc: wrap(doc + "."), Params: "ctx context.Context, c *%sCall", Types: "context.Context, *Call"}
}

// andList joins words with commas and a last and.
func andList(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// wrap breaks text into the lines of a comment.
func wrap(text string) string {
	const width = 76
	var out strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case column+1+len(word) > width:
			out.WriteByte('\n')
			column = 0
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += len(word)
	}
	return out.String()
}

// seal returns the function that hashes passwords.
func seal(p *model.Project) string {
	if p.Auth != nil && p.Auth.Hash == "argon2id" {
		return "password.Argon2id.Seal"
	}
	return "password.Bcrypt.Seal"
}
