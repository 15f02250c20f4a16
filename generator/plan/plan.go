// Package plan decides which files a project has: each with its path, its
// template, what the template prints, and its class. Every decision about the
// generated code falls here or in package model; templates only print.
package plan

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// A File is one file of the project before its template ran.
type File struct {
	Path     string // slash-separated, relative to the project
	Class    Class
	Template string // name of the template; "" for a file with Text or Content
	Text     string // a template of the file's own
	Data     any    // what the template prints
	Content  []byte
	Unit     string // name of the service that the file is about; "" for the app
	Instead  *File  // an example's file, with which the user begins in place of this one; nil for none
}

// Options are what the plan depends on beside the model.
type Options struct {
	Runtime Runtime
	Schema  []byte // JSON Schema of the spec
	Deps    fs.FS  // NAME.mod and NAME.sum of the drivers' modules
	Example fs.FS  // user files that replace stubs, and more; nil for none
}

// Files returns the project's files, in no particular order.
func Files(p *model.Project, o Options) ([]File, error) {
	source, err := readSource(o.Runtime.Source, imported(p))
	if err != nil {
		return nil, fmt.Errorf("read the runtime's source: %w", err)
	}
	deps, err := readDeps(o.Deps, source.modules)
	if err != nil {
		return nil, err
	}
	view := newProjectView(p)
	view.Copied = o.Runtime.Mode == Copy
	files := []File{
		{Path: "cmd/" + p.Name + "/main.go", Class: Merge, Template: "cmd/app/main.go", Data: newMainView(p)},
		{Path: "internal/gen/config/config.go", Class: Generated, Template: "internal/gen/config/config.go", Data: newConfigView(p, (*configView).base)},
		{Path: "internal/gen/config/clients.go", Class: Generated, Template: "internal/gen/config/clients.go", Data: newConfigView(p, (*configView).clients)},
		{Path: "internal/gen/app/app.go", Class: Generated, Template: "internal/gen/app/app.go", Data: newAppView(p)},
		{Path: "internal/gen/apptest/apptest.go", Class: Generated, Template: "internal/gen/apptest/apptest.go", Data: newFixtureView(p)},
		{Path: "services/app.go", Class: Stub, Template: "services/app.go", Data: view},
		{Path: "README.md", Class: Merge, Template: "README.md", Data: view},
		{Path: "Makefile", Class: Merge, Template: "Makefile", Data: view},
		{Path: "Dockerfile", Class: Merge, Template: "Dockerfile", Data: view},
		{Path: ".dockerignore", Class: Merge, Template: ".dockerignore", Data: view},
		{Path: ".gitignore", Class: Merge, Template: ".gitignore", Data: view},
		{Path: ".env.example", Class: Merge, Template: ".env.example", Data: view},
		{Path: ".featherscaffold/schema.json", Class: Generated, Content: o.Schema},
		{Path: ".featherscaffold/.gitignore", Class: Generated, Content: []byte("# What is of use on one machine only.\nbackup/\nrun.lock*\ntxn/\nundo/\n")},
	}
	for _, s := range p.Services {
		own := serviceFiles(p, s)
		for i := range own {
			own[i].Unit = s.Name
		}
		files = append(files, own...)
	}
	if p.Cluster != nil {
		files = append(files, clusterFiles(p)...)
	}
	if p.Sync != nil {
		files = append(files, syncFiles(p)...)
	}
	if p.Cluster != nil || p.Sync != nil {
		files = append(files, File{Path: "internal/gen/control/control.go", Class: Generated, Template: "internal/gen/control/control.go", Data: newControlView(p)})
	}
	if p.Auth != nil {
		files = append(files, authFiles(p)...)
	}
	if p.Static != "" {
		files = append(files,
			File{Path: p.Static + "/" + p.Static + ".go", Class: Stub, Template: "web/web.go", Data: view},
			File{Path: p.Static + "/public/index.html", Class: Once, Template: "web/public/index.html", Data: view})
	}
	files = append(files, moduleFiles(p, o.Runtime, source, deps)...)
	return overlay(files, o.Example, view)
}

func serviceFiles(p *model.Project, s *model.Service) []File {
	gen, own := "internal/gen/"+s.Package+"/", "services/"+s.Package+"/"
	files := []File{
		{Path: gen + s.Package + ".go", Class: Generated, Template: "internal/gen/service/service.go", Data: newServiceView(p, s)},
	}
	if owned(s) {
		files = append(files, File{Path: own + s.Package + ".go", Class: Stub,
			Template: "services/service/service.go", Data: newStubView(p, s)})
	}
	if data := newDataFile(s); len(data.Records) > 0 {
		files = append(files, File{Path: gen + "data.go", Class: Generated, Template: "internal/gen/service/data.go", Data: data})
	}
	if s.Store != "none" {
		files = append(files,
			File{Path: "internal/gen/model/" + s.File + ".go", Class: Generated, Template: "internal/gen/model/record.go", Data: newRecordFile(s)})
	}
	return append(files, File{Path: own + s.Package + "_test.go", Class: Stub,
		Template: "services/service/service_test.go", Data: newStubTestView(p, s)})
}

// overlay puts an example's files in the place of the planned ones; a stub
// stays planned beside its example, since what the spec asks of it is told by
// its own template. Files that are not planned are the user's from birth.
// Those that end in .tmpl are templates that print data.
func overlay(files []File, example fs.FS, data any) ([]File, error) {
	if example == nil {
		return files, nil
	}
	at := map[string]int{}
	for i, f := range files {
		at[f.Path] = i
	}
	err := fs.WalkDir(example, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "feathers.yaml" {
			return err
		}
		content, err := fs.ReadFile(example, name)
		if err != nil {
			return err
		}
		f := File{Path: name, Class: Once, Content: content}
		if target, ok := strings.CutSuffix(name, ".tmpl"); ok {
			f = File{Path: target, Class: Once, Text: string(content), Data: data}
		}
		if i, planned := at[f.Path]; planned {
			if files[i].Class == Stub {
				files[i].Instead = &f
				return nil
			}
			f.Class = files[i].Class
			files[i] = f
			return nil
		}
		files = append(files, f)
		return nil
	})
	return files, err
}
