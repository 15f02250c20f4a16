package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// loginView is the part of package app that knows users.
type loginView struct {
	*projectView
	Joined    []channelView // channels that every user joins
	Cases     []joinView    // those that depend on the user
	User      bool          // some channel needs the user's record
	OAuthName string        // what package oauth is called
}

// joinView is a channel that not every user joins, or that is one for each
// item of a list.
type joinView struct {
	channelView
	List string // the list whose items are gone through, "" for none
}

func newLoginView(p *model.Project) *loginView {
	v := &loginView{projectView: newProjectView(p), OAuthName: runtimeName(p, "oauth")}
	im := imports{}
	im.add(runtimePath, p.Module+"/internal/gen/"+p.Auth.Service.Package, p.Module+"/services")
	im.runtime("auth")
	for _, c := range p.Channels.Login {
		v.join(c)
	}
	for _, c := range v.Joined {
		c.importUsed(im)
	}
	for _, c := range v.Cases {
		c.importUsed(im)
	}
	if v.OAuth {
		im.importAs("auth/oauth", "oauth", v.OAuthName)
		im.runtime("record")
	}
	if v.OAuth || len(p.Channels.Connection) > 0 {
		im.add("context")
	}
	if p.Auth.Strategies.Local {
		im.runtime("password")
	}
	if p.Auth.Strategies.Local || v.User {
		im.add(p.Module + "/internal/gen/model")
	}
	if p.Auth.APIKeys != nil {
		im.add(p.Module + "/internal/gen/" + p.Auth.APIKeys.Package)
	}
	v.Imports = im
	return v
}

// join adds a channel that users join.
func (v *loginView) join(c model.Channel) {
	j := newJoinView(c)
	v.User = v.User || slices.ContainsFunc(c.Parts, func(p model.ChannelPart) bool { return p.Field != nil })
	if j.If == "" && j.List == "" {
		v.Joined = append(v.Joined, j.channelView)
	} else {
		v.Cases = append(v.Cases, j)
	}
}

func newJoinView(c model.Channel) joinView {
	var j joinView
	var parts, guards []string
	for _, part := range c.Parts {
		switch f := part.Field; {
		case f == nil:
			parts = append(parts, strconv.Quote(part.Text))
		case f.List:
			j.List = "user." + f.GoName
			parts = append(parts, channelValue("item", f))
		default:
			text, guard := channelText("user", f)
			parts = append(parts, text)
			if guard != "" {
				guards = append(guards, guard)
			}
		}
	}
	j.Name, j.If = strings.Join(parts, " + "), strings.Join(guards, " && ")
	return j
}

// JoinNames returns the channels that every user joins.
func (v *loginView) JoinNames() string { return names(v.Joined) }

// Roles returns the name of the function that returns a user's roles.
func (v *loginView) Roles() string { return dataName(v.Auth.Service, "Roles") }

// Hash returns the constant of the algorithm that passwords are hashed with.
func (v *loginView) Hash() string {
	if v.Auth.Hash == "argon2id" {
		return "password.Argon2id"
	}
	return "password.Bcrypt"
}

// userView is what the package of the users' service has beside other
// services.
type userView struct {
	*model.Service
	Imports imports
	Role    *model.Field // nil for no roles
	Caller  string       // what the function is called that returns who calls
	Roles   string       // the one that returns the roles
	Absent  bool         // not every user has one
	Needed  *model.Field // the password that clients have to give; nil where the schema says so
}

func newUserView(p *model.Project) *userView {
	v := &userView{Service: p.Auth.Service, Imports: imports{}, Role: p.Auth.Role,
		Caller: dataName(p.Auth.Service, "Caller"), Roles: dataName(p.Auth.Service, "Roles")}
	v.Imports.add(runtimePath, p.Module+"/internal/gen/model")
	if v.Role != nil {
		v.Imports.runtime("record")
		v.Absent = (goField{Field: v.Role}).pointer()
	}
	if needsPassword(p, p.Auth.Service) {
		v.Needed = p.Auth.Password
		v.Imports.add("context")
		v.Imports.runtime("record")
	}
	return v
}

// keysView is what the package of the API keys' service has beside others.
type keysView struct {
	*model.Service
	Imports imports
	App     string // name of the app, which keys begin with
	Users   string // package of the users' service
}

func newKeysView(p *model.Project) *keysView {
	v := &keysView{Service: p.Auth.APIKeys, Imports: imports{}, App: p.Name, Users: p.Auth.Service.Package}
	v.Imports.add("context", runtimePath, p.Module+"/internal/gen/model", p.Module+"/internal/gen/"+v.Users)
	v.Imports.runtime("auth")
	return v
}

// accountView is the stub that makes users of accounts elsewhere.
type accountView struct {
	Type        string // of the user's record
	Imports     imports
	Email, Name *accountField // nil where users have no such field
}

// accountField is a field that an account fills in.
type accountField struct {
	*model.Field
	Pointer  bool
	Min, Max int // characters; Max is 0 for any number
}

func newAccountView(p *model.Project) *accountView {
	v := &accountView{Type: p.Auth.Service.Type, Imports: imports{}}
	v.Imports.add("context", p.Module+"/internal/gen/model")
	v.Imports.runtime("auth/oauth")
	for _, f := range p.Auth.Service.Fields {
		g := goField{Field: f, record: &recordView{}}
		if f.List || g.base() != "string" || f.Type == model.Ref {
			continue
		}
		switch f.Name {
		case "email":
			v.Email = newAccountField(g)
		case "name":
			v.Name = newAccountField(g)
		default:
			continue
		}
		if f.Required {
			v.Imports.add(runtimePath)
		}
	}
	return v
}

func newAccountField(g goField) *accountField {
	f := &accountField{Field: g.Field, Pointer: g.pointer(), Min: 1}
	if g.Min != nil {
		f.Min = max(1, int(*g.Min))
	}
	if g.Max != nil {
		f.Max = int(*g.Max)
	}
	return f
}

// authFiles are the files of a project with users.
func authFiles(p *model.Project) []File {
	const gen, config = "internal/gen/", "internal/gen/config/"
	users, keys := p.Auth.Service, p.Auth.APIKeys
	files := []File{
		{Path: gen + "app/auth.go", Class: Generated, Template: gen + "app/auth.go", Data: newLoginView(p)},
		{Path: config + "auth.go", Class: Generated, Template: config + "auth.go", Data: newConfigView(p, (*configView).auth)},
		{Path: gen + users.Package + "/auth.go", Class: Generated, Template: gen + "service/caller.go", Data: newUserView(p)},
		{Path: "services/auth.go", Class: Stub, Template: "services/auth.go", Data: newProjectView(p)},
	}
	if keys != nil {
		files = append(files, File{Path: gen + keys.Package + "/auth.go", Class: Generated, Template: gen + "service/keys.go", Data: newKeysView(p)})
	}
	if len(p.Auth.OAuth) > 0 {
		files = append(files,
			File{Path: config + "oauth.go", Class: Generated, Template: config + "oauth.go", Data: newConfigView(p, (*configView).oauth)},
			File{Path: "services/oauth.go", Class: Stub, Template: "services/oauth.go", Data: newAccountView(p)})
	}
	return files
}
