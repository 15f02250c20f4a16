// Package generator turns a spec into the files of a Go project. It runs the
// stages in their order: spec, model, plan, render. Nothing is read or
// written here; package project does that.
package generator

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/render"
	"github.com/featherscaffold/featherscaffold/generator/schema"
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
	// Remembered is the Schema of the last run's output, nil for the first.
	Remembered []byte
}

// Output is what a spec asks of a project.
type Output struct {
	Files []render.File // sorted by path

	// Schema is what the project is to remember of its services.
	Schema []byte
	// Moves, Changes and Guesses are what led from Input.Remembered to Schema:
	// the renames to follow, what becomes of tables, and what looks like a
	// rename that the spec does not name. All are nil when nothing is remembered.
	Moves   []plan.Move
	Changes []schema.Change
	Guesses []schema.Guess
}

// Losses returns the changes by which records of a database lose something.
func (o *Output) Losses() []schema.Change {
	var list []schema.Change
	for _, c := range o.Changes {
		if c.Destructive() {
			list = append(list, c)
		}
	}
	return list
}

// Files returns the project's files, sorted by path. The diagnostics are
// never nil; with errors among them there are no files.
func Files(in Input) ([]render.File, *spec.Diagnostics, error) {
	out, diags, err := Generate(in)
	if out == nil {
		return nil, diags, err
	}
	return out.Files, diags, err
}

// Generate returns what the spec asks of the project. The diagnostics are
// never nil; with errors among them there is no output.
func Generate(in Input) (*Output, *spec.Diagnostics, error) {
	project, planned, diags, err := planFiles(in)
	if err != nil || diags.HasErrors() {
		return nil, diags, err
	}
	out := &Output{}
	if out.Files, err = render.Files(planned, templates.Files(), in.Templates); err != nil {
		return nil, diags, err
	}
	return out, diags, out.compare(project, in.Remembered)
}

// Plan returns the project's files before their templates run.
func Plan(in Input) ([]plan.File, *spec.Diagnostics, error) {
	_, planned, diags, err := planFiles(in)
	return planned, diags, err
}

func planFiles(in Input) (*model.Project, []plan.File, *spec.Diagnostics, error) {
	file, diags := spec.Parse(in.SpecPath, in.Spec)
	project := model.Build(file, diags) // also of a spec with errors: it finds more of them
	if diags.HasErrors() {
		return nil, nil, diags, nil
	}
	planned, err := plan.Files(project, plan.Options{
		Runtime: in.Runtime, Schema: spec.Schema(), Deps: templates.Deps(), Example: in.Example,
	})
	return project, planned, diags, err
}

// compare finds what changed since the last run.
func (o *Output) compare(project *model.Project, remembered []byte) error {
	after := schema.Of(project)
	o.Schema = after.Format()
	if remembered == nil || bytes.Equal(remembered, o.Schema) {
		return nil
	}
	before, err := schema.Parse(remembered)
	if err != nil {
		return fmt.Errorf("what the project remembers of its services: %w", err)
	}
	moves := schema.Moves(before, after, project.Moved)
	o.Moves = plan.Moves(project, before, moves)
	o.Changes = schema.Diff(before, after, moves)
	o.Guesses = schema.Guesses(before, after, moves)
	return nil
}
