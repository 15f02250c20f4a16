package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// projectView is what files about the whole project print.
type projectView struct {
	*model.Project
	SQLite   bool
	Memory   bool
	Copied   bool // the runtime lies in the project
	Sockets  bool // over Socket.IO
	Polling  bool // over Socket.IO, without a websocket too
	Connects bool // clients stay connected: over Socket.IO or Primus
	OAuth    bool
	Title    string
	Example  *model.Service // a service that a newcomer can call first, nil for none
	Rows     []serviceRow
	// ClientOptions are what the Socket.IO client of the README needs beside
	// the address, with a comma before them.
	ClientOptions string
	Imports       imports
}

// serviceRow is one service in the README's table.
type serviceRow struct{ Path, Methods, Events string }

func newServiceRow(s *model.Service) serviceRow {
	methods := slices.Clone(s.Methods)
	for _, c := range s.Custom {
		methods = append(methods, c.Name)
	}
	row := serviceRow{Path: s.Path, Methods: strings.Join(methods, ", "), Events: "not published"}
	if newPublishView(s) == nil {
		return row
	}
	var events []string
	for _, e := range publishedEvents(s) {
		if e.sentBy == "" || slices.Contains(s.Methods, e.sentBy) {
			events = append(events, e.name)
		}
	}
	row.Events = strings.Join(events, ", ")
	return row
}

func newProjectView(p *model.Project) *projectView {
	v := &projectView{Project: p, SQLite: uses(p, "sqlite"), Memory: uses(p, "memory"), Sockets: p.Transports.SocketIO != nil,
		Connects: p.Transports.SocketIO != nil || p.Transports.Primus != nil, OAuth: p.Auth != nil && len(p.Auth.OAuth) > 0,
		Title: upperFirst(p.Name), Imports: imports{}}
	v.Imports.add(runtimePath)
	if v.Sockets && slices.Equal(p.Transports.SocketIO.Transports, []string{"websocket"}) {
		v.ClientOptions = ", { transports: ['websocket'] }"
	} else {
		v.Polling = v.Sockets
	}
	for _, s := range p.Services {
		v.Rows = append(v.Rows, newServiceRow(s))
		if v.Example == nil && slices.Contains(s.Methods, "find") && len(s.RouteParams) == 0 {
			v.Example = s
		}
	}
	return v
}

func uses(p *model.Project, store string) bool { return slices.Contains(p.Stores, store) }

// configView is the app's typed settings.
type configView struct {
	*projectView
	SocketOptions string // fields of socketio.Options that the spec decides
}

func newConfigView(p *model.Project, add func(v *configView)) *configView {
	v := &configView{projectView: newProjectView(p)}
	v.Imports = imports{}
	v.Imports.runtime("config")
	add(v)
	return v
}

func (v *configView) base() {
	v.Imports.add("log/slog", "os", "time", "net", "strconv", "strings")
	if v.Auth != nil {
		v.Imports.add("errors")
	}
}

// clients imports what the settings of the transports need.
func (v *configView) clients() {
	v.Imports.add("time")
	v.Imports.runtime("address", "origin", "ratelimit")
	if v.Transports.REST != nil {
		v.Imports.add("net/http")
		v.Imports.runtime("transport/rest")
	}
	if v.Sockets {
		v.Imports.runtime("transport/socketio")
		v.SocketOptions = socketOptions(v.Transports.SocketIO)
	}
	if v.Transports.Primus != nil {
		v.Imports.runtime("transport/primus")
	}
	if v.Connects && v.Cluster != nil {
		v.Imports.runtime("cluster")
	}
}

func (v *configView) auth() {
	v.Imports.add("errors", "time")
	v.Imports.runtime("auth/token", "ratelimit")
	if v.Cluster != nil {
		v.Imports.add("os")
	}
	if v.OAuth {
		v.Imports.runtime("auth/oauth")
	}
}

func (v *configView) oauth() {
	v.Imports.add("cmp", "errors", "fmt", "net/http", "net/netip", "strings")
	v.Imports.runtime("auth/oauth", "record")
	if v.Cluster == nil {
		v.Imports.runtime("auth/token")
	}
}

// mainView is the composition root.
type mainView struct {
	*projectView
	NotFound   string // handler function for paths that nothing serves
	Controlled bool   // the command takes arguments
	Closes     bool   // something is closed at the end, and may fail
	Flushes    bool   // some of it sends what waits before
}

func newMainView(p *model.Project) *mainView {
	v := &mainView{projectView: newProjectView(p), NotFound: "http.NotFound"}
	im := imports{}
	im.add("context", "fmt", "log/slog", "net/http", "os")
	if p.Cluster != nil {
		im.runtime("cluster")
	} else {
		im.add("os/signal", "syscall")
	}
	v.Controlled = p.Cluster != nil || p.Sync != nil
	if v.Controlled {
		im.add(p.Module + "/internal/gen/control")
	}
	im.add(p.Module+"/internal/gen/app", p.Module+"/internal/gen/config")
	im.runtime("health", "server")
	if p.Transports.REST != nil {
		im.runtime("transport/rest")
		v.NotFound = "rest.NotFound"
	}
	if v.SQLite {
		im.runtime("store/sqlite")
	}
	v.Flushes = p.Sync != nil || v.Outboxes()
	v.Closes = v.SQLite || v.Flushes
	if v.Closes {
		im.add("errors")
	}
	if v.Flushes {
		v.sync(im)
	}
	if v.Sockets {
		im.runtime("transport/socketio")
	}
	if p.Transports.Primus != nil {
		im.runtime("transport/primus")
	}
	if p.Static != "" {
		im.runtime("static")
		im.add(p.Module + "/" + p.Static)
	}
	v.Imports = im
	return v
}

func socketOptions(s *model.SocketIO) string {
	var parts []string
	if s.Transports != nil {
		quoted := make([]string, len(s.Transports))
		for i, t := range s.Transports {
			quoted[i] = strconv.Quote(t)
		}
		parts = append(parts, "Transports: []string{"+strings.Join(quoted, ", ")+"}")
	}
	if s.AllowEIO3 {
		parts = append(parts, "AllowEIO3: true")
	}
	return strings.Join(parts, ", ")
}

// appView is the package that puts the services together.
type appView struct {
	*projectView
	TokenName  string // what package token is called
	Registered []registeredView
}

type registeredView struct {
	*model.Service
	Func     string // "registerMessages"
	Own      string // import name of the user's package, "" when it has nothing to call
	Options  string // literal of the table's options
	InSQLite bool
	InMemory bool
}

func newAppView(p *model.Project) *appView {
	v := &appView{projectView: newProjectView(p)}
	im := imports{}
	im.add("context", "log/slog", runtimePath, p.Module+"/services")
	for _, s := range p.Services {
		im.add(p.Module + "/internal/gen/" + s.Package)
		own := ""
		if owned(s) {
			own = s.Package + "impl"
			im.named(p.Module+"/services/"+s.Package, own)
		}
		switch s.Store {
		case "sqlite":
			im.add("fmt")
			fallthrough
		case "memory":
			im.add(p.Module + "/internal/gen/model")
		}
		v.Registered = append(v.Registered, registeredView{Service: s, Func: registerName(s), Own: own,
			Options: tableOptions(p, s), InSQLite: s.Store == "sqlite", InMemory: s.Store == "memory"})
	}
	if v.SQLite {
		im.runtime("store/sqlite")
	}
	if uses(p, "memory") {
		im.runtime("store/memory")
	}
	if p.Auth != nil {
		v.TokenName = runtimeName(p, "token")
		im.runtime("auth")
		im.importAs("auth/token", "token", v.TokenName)
	}
	v.Imports = im
	return v
}

// registerName returns the function that registers a service.
func registerName(s *model.Service) string {
	if s.APIKeys {
		return "registerAPIKeys"
	}
	return "register" + upperFirst(s.Package)
}

// stubView is the user's package of one service.
type stubView struct {
	*model.Service
	Imports imports
	Owned   []methodView
}

// owned reports whether the user's package of the service has methods.
func owned(s *model.Service) bool { return len(s.Hooks)+len(s.Custom)+len(policed(s)) > 0 }

func newStubView(p *model.Project, s *model.Service) *stubView {
	v := &stubView{Service: s, Imports: imports{}}
	v.Imports.add(runtimePath, p.Module+"/internal/gen/"+s.Package)
	for _, m := range ownedMethods(s) {
		v.Owned = append(v.Owned, m.In(s.Package+"."))
		v.Imports.add("context")
		if strings.Contains(m.Results, "model.") {
			v.Imports.add(p.Module + "/internal/gen/model")
		}
	}
	return v
}

// stubTestView is the user's test of one service.
type stubTestView struct {
	*model.Service
	Imports imports
	Fixture string // name of the function that creates a record
	Stored  bool
	Guarded bool // find is refused to nobody in particular, and can be called over REST
}

func newStubTestView(p *model.Project, s *model.Service) *stubTestView {
	v := &stubTestView{s, imports{}, fixtureFunc(s), s.Store != "none", guarded(p, s)}
	v.Imports.add("testing", p.Module+"/internal/gen/apptest", p.Module+"/internal/gen/"+s.Package)
	if v.Stored {
		v.Imports.add("errors", runtimePath)
	}
	if v.Guarded {
		v.Imports.add("net/http")
	}
	return v
}

func guarded(p *model.Project, s *model.Service) bool {
	return p.Auth != nil && p.Transports.REST != nil && len(s.RouteParams) == 0 &&
		slices.ContainsFunc(s.Access, func(a model.Access) bool { return a.Method == "find" && !a.Public && !a.Policy })
}
