package plan

import "github.com/featherscaffold/featherscaffold/generator/model"

// clusterFiles are the files of a project with several processes.
func clusterFiles(p *model.Project) []File {
	const gen = "internal/gen/"
	view := newProjectView(p)
	return []File{
		{Path: gen + "config/cluster.go", Class: Generated, Template: gen + "config/cluster.go", Data: newConfigView(p, (*configView).cluster)},
		{Path: "deploy/" + p.Name + ".service", Class: Merge, Template: "deploy/app.service", Data: view},
	}
}

// cluster imports what the settings of the processes need.
func (v *configView) cluster() {
	v.Imports.add("cmp", "fmt", "log/slog", "runtime", "strconv")
	v.Imports.runtime("cluster")
}
