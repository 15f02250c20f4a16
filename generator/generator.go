// Package generator turns a spec into the files of a Go project. It runs the
// stages in their order: spec, model, plan, render. Nothing is read or
// written here; package project does that.
package generator

import (
	"io/fs"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/render"
	"github.com/featherscaffold/featherscaffold/generator/spec"
	"github.com/featherscaffold/featherscaffold/templates"
)

// Runtime says how a project gets at the runtime.
type Runtime = plan.Runtime

// Input is all that the files depend on.
type Input struct {
	SpecPath string // how diagnostics name the spec
	Spec     []byte
	Runtime  Runtime
	Example  fs.FS // user files that replace stubs, and more; nil for none

	Templates map[string]string // the project's own templates, by name; see package override
}

// Files returns the project's files, sorted by path. The diagnostics are
// never nil; with errors among them there are no files.
func Files(in Input) ([]render.File, *spec.Diagnostics, error) {
	planned, diags, err := Plan(in)
	if err != nil || diags.HasErrors() {
		return nil, diags, err
	}
	files, err := render.Files(planned, templates.Files(), in.Templates)
	return files, diags, err
}

// Plan returns the project's files before their templates run.
func Plan(in Input) ([]plan.File, *spec.Diagnostics, error) {
	file, diags := spec.Parse(in.SpecPath, in.Spec)
	project := model.Build(file, diags) // also of a spec with errors: it finds more of them
	if diags.HasErrors() {
		return nil, diags, nil
	}
	planned, err := plan.Files(project, plan.Options{
		Runtime: in.Runtime, Schema: spec.Schema(), Deps: templates.Deps(), Example: in.Example,
	})
	return planned, diags, err
}
