package plan

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// syncFiles are the files of a project whose instances share a broker.
func syncFiles(p *model.Project) []File {
	const gen = "internal/gen/"
	view := newProjectView(p)
	files := []File{
		{Path: gen + "config/sync.go", Class: Generated, Template: gen + "config/sync.go", Data: newConfigView(p, (*configView).sync)},
		{Path: gen + "control/sync.go", Class: Generated, Template: gen + "control/sync.go", Data: view},
		{Path: "compose.yaml", Class: Merge, Template: "compose.yaml", Data: view},
	}
	if p.Sync.Compat != nil {
		files = append(files, File{Path: gen + "app/sync.go", Class: Generated, Template: gen + "app/sync.go", Data: newSharedView(p)})
	}
	return files
}

// sync imports what the settings of the broker need.
func (v *configView) sync() {
	v.Imports.add("errors", "log/slog", "net", "os", "strconv", "strings")
	v.Imports.runtime("bus", "bus/"+v.Sync.Backend, "record")
}

// BrokerURL returns where the broker of a host listens that is as it was
// installed.
func (v *projectView) BrokerURL(host string) string {
	if v.Sync.Backend == "redis" {
		return "redis://" + host + ":6379/0"
	}
	return "amqp://guest:guest@" + host + ":5672/"
}

// BrokerName returns what the broker is called in prose.
func (v *projectView) BrokerName() string {
	if v.Sync.Backend == "redis" {
		return "Redis"
	}
	return "RabbitMQ"
}

// Outboxes reports whether some service has an outbox.
func (v *projectView) Outboxes() bool { return outboxes(v.Project) }

func outboxes(p *model.Project) bool {
	return slices.ContainsFunc(p.Services, func(s *model.Service) bool { return s.Outbox })
}

// Shared reports whether Node instances share events.
func (v *projectView) Shared() bool { return v.Sync != nil && v.Sync.Compat != nil }

// Permissions returns what the app's user on RabbitMQ may configure, write and
// read, each a pattern for the shell.
func (v *projectView) Permissions() string {
	pattern := `^` + v.Name + `\.events(\..*)?$`
	if c := v.Sync.Compat; c != nil {
		pattern = `^(` + v.Name + `\.events(\..*)?|` + regexp.QuoteMeta(c.Key) + `|amq\.gen-.*)$`
	}
	quoted := "'" + pattern + "'"
	return quoted + " " + quoted + " " + quoted
}

// SharedPaths lists the services whose events Node instances share.
func (v *projectView) SharedPaths() string {
	var list []string
	for _, s := range v.Sync.Compat.Services {
		list = append(list, "`"+s.Path+"`")
	}
	return andList(list)
}

// sync imports what joins the app to other processes.
func (v *mainView) sync(im imports) {
	im.add("time")
	if v.Outboxes() {
		im.runtime("outbox")
	}
	if v.Sync == nil {
		return
	}
	im.runtime("bus", "bus/"+v.Sync.Backend, "metrics")
	if v.Shared() {
		im.runtime("bus/featherssync")
	}
}

// controlView is the package of the command's own commands.
type controlView struct {
	*projectView
	Commands []string
}

func newControlView(p *model.Project) *controlView {
	v := &controlView{projectView: newProjectView(p)}
	v.Imports = imports{}
	v.Imports.add("context", "errors", "io", "strings", p.Module+"/internal/gen/config")
	if p.Cluster != nil {
		v.Commands = []string{"status", "reload", "stop"}
		v.Imports.add("fmt", "text/tabwriter", "time")
		v.Imports.runtime("cluster")
	}
	if p.Sync != nil {
		v.Commands = append(v.Commands, "sync check")
	}
	return v
}

// shared reports whether Node instances share the events of a service.
func shared(p *model.Project, s *model.Service) bool {
	return p.Sync != nil && p.Sync.Compat != nil && slices.Contains(p.Sync.Compat.Services, s)
}

// foreignEvent is a custom event that may come from a Node instance.
type foreignEvent struct{ Name, Schema string }

// foreign adds the custom events that may come from Node instances.
func (v *serviceView) foreign() {
	for _, e := range publishedEvents(v.Service) {
		if e.schema != "" && !slices.Contains(v.Locals, strconv.Quote(e.name)) {
			v.Foreign = append(v.Foreign, foreignEvent{e.name, e.schema})
		}
	}
	if len(v.Foreign) > 0 {
		v.Imports.runtime("record")
	}
}

// sharedView lists the services whose events Node instances share.
type sharedView struct {
	Imports  imports
	Packages []string
}

func newSharedView(p *model.Project) *sharedView {
	v := &sharedView{Imports: imports{}}
	for _, s := range p.Sync.Compat.Services {
		v.Imports.add(p.Module + "/internal/gen/" + s.Package)
		v.Packages = append(v.Packages, s.Package)
	}
	slices.Sort(v.Packages)
	return v
}
