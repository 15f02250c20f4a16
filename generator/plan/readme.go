package plan

import (
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// callerRow says who may call some methods of a service, in the README.
type callerRow struct{ Path, Methods, Who string }

// Callers returns who may call what: for each service the methods with the
// same callers in one row.
func (v *projectView) Callers() []callerRow {
	var rows []callerRow
	for _, s := range v.Services {
		first := len(rows)
		for _, a := range s.Access {
			who := callers(a)
			same := func(r callerRow) bool { return r.Who == who }
			if i := slices.IndexFunc(rows[first:], same); i >= 0 {
				rows[first+i].Methods += ", " + a.Method
			} else {
				rows = append(rows, callerRow{s.Path, a.Method, who})
			}
		}
	}
	return rows
}

// callers says whom access lets call.
func callers(a model.Access) string {
	if a.Public {
		return "everybody"
	}
	var who []string
	if a.Owner {
		who = append(who, "the owner")
	}
	for _, r := range a.Roles {
		who = append(who, r.Value)
	}
	if a.Policy {
		who = append(who, "policy")
	}
	if who == nil {
		return "every user"
	}
	return strings.Join(who, ", ")
}

// Caller returns the function by which hooks find the user.
func (v *projectView) Caller() string {
	return v.Auth.Service.Package + "." + dataName(v.Auth.Service, "Caller")
}

// Open returns a service whose records everybody can find, nil for none.
func (v *projectView) Open() *model.Service {
	for _, s := range v.Services {
		public := slices.ContainsFunc(s.Access, func(a model.Access) bool { return a.Method == "find" && a.Public })
		if public && len(s.RouteParams) == 0 {
			return s
		}
	}
	return nil
}

// Policed reports whether Go code decides calls of some service.
func (v *projectView) Policed() bool {
	return slices.ContainsFunc(v.Services, func(s *model.Service) bool { return len(policed(s)) > 0 })
}

// Joins lists the channels of a login, "" for none.
func (v *projectView) Joins() string {
	var list []string
	for _, c := range v.Channels.Login {
		var name strings.Builder
		for _, part := range c.Parts {
			if part.Field != nil {
				name.WriteString("{user." + part.Field.Name + "}")
			} else {
				name.WriteString(part.Text)
			}
		}
		list = append(list, "`"+name.String()+"`")
	}
	return andList(list)
}

// providerView is a provider of OAuth in the list of settings.
type providerView struct {
	Env   string // its name in environment variables
	Known bool   // the runtime knows its addresses
}

// Providers returns the providers of OAuth.
func (v *projectView) Providers() []providerView {
	known := []string{"github", "google", "gitlab", "discord", "microsoft", "facebook"}
	var list []providerView
	for _, p := range v.Auth.OAuth {
		list = append(list, providerView{strings.ToUpper(p.Name), slices.Contains(known, p.Name)})
	}
	return list
}

// CustomExample returns a service with custom methods, nil for none.
func (v *projectView) CustomExample() *serviceRow {
	for i, s := range v.Services {
		if len(s.Custom) > 0 && len(s.RouteParams) == 0 {
			row := v.Rows[i]
			row.Methods = "'" + strings.ReplaceAll(row.Methods, ", ", "', '") + "'"
			return &row
		}
	}
	return nil
}

// adminView is the Go code that gives the first user a role.
type adminView struct{ Users, Type, ID, Field, GoName, Role, Value string }

// Admin returns how the first user gets the first role, nil without roles.
func (v *projectView) Admin() *adminView {
	role := v.Auth.Role
	if role == nil {
		return nil
	}
	users := v.Auth.Service
	a := &adminView{Users: users.Package, Type: users.Type, ID: "1", Field: fieldConstant(users, role), GoName: role.GoName,
		Role: role.Enum[0].Value, Value: "model." + users.Type + role.GoName + role.Enum[0].GoName}
	if goTypes[users.ID.IDType].name == "string" {
		a.ID = `"…"`
	}
	switch f := (goField{Field: role}); {
	case role.List:
		a.Value = "[]model." + users.Type + role.GoName + "{" + a.Value + "}"
	case f.pointer():
		a.Value = "new(" + a.Value + ")"
	}
	return a
}
