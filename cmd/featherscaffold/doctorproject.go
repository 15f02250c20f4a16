package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/gomod"
	"github.com/featherscaffold/featherscaffold/generator/override"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/project"
)

// goCommand checks that the Go command is there and new enough.
func (f *findings) goCommand(ctx context.Context, dir string) {
	const install = "install Go from https://go.dev/dl"
	path, err := exec.LookPath("go")
	if err != nil {
		f.fail("go", install, "the go command is not in PATH")
		return
	}
	// Outside of the project, which may make the command fetch another version.
	cmd := exec.CommandContext(ctx, path, "env", "GOVERSION", "GOTOOLCHAIN")
	cmd.Dir = os.TempDir()
	out, err := cmd.Output()
	have, toolchain, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil || have == "" {
		f.fail("go", install, "%s does not run: %v", path, err)
		return
	}
	mod, _ := os.ReadFile(filepath.Join(dir, "go.mod")) // a missing one is found by the check of files
	want := gomod.Go(mod)
	switch {
	case want == "" || !gomod.OlderGo(have, want):
		f.ok("go", "%s", have)
	case strings.HasPrefix(toolchain, "local"):
		f.fail("go", install+", or let the command fetch it: go env -u GOTOOLCHAIN", "%s, and go.mod asks for go%s", have, want)
	default:
		f.warn("go", install+" to save the fetching", "%s, and go.mod asks for go%s, which the command will fetch", have, want)
	}
}

// examine checks the spec and the files. It returns nil when there is no spec
// to go on with.
func (c *cli) examine(f *findings, dir string) *generation {
	var said bytes.Buffer
	quiet := *c
	quiet.stderr, quiet.color = &said, "never"
	g, err := quiet.open(dir, "", true)
	if err == nil {
		if err = quiet.diagnose(g.diags); err != nil {
			g.close()
		}
	}
	var exit exitError
	var busy *project.BusyError
	switch {
	case errors.As(err, &exit):
		first, _, _ := strings.Cut(said.String(), "\n")
		f.fail("spec", "featherscaffold validate shows all of it", "%s", first)
	case errors.Is(err, project.ErrInterrupted):
		f.fail("files", "featherscaffold generate finishes it", "a run was interrupted while it wrote")
	case errors.As(err, &busy):
		f.warn("files", "wait for it, and ask again", "%v", err)
	case err != nil:
		f.fail("spec", "", "%v", err)
	}
	if err != nil {
		return nil
	}
	warnings := strings.Count(said.String(), "warning")
	if warnings > 0 {
		f.warn("spec", "featherscaffold validate shows them", "valid, with warnings")
	} else {
		f.ok("spec", "valid")
	}
	p, err := g.compare(project.CompareOptions{})
	if err != nil {
		f.fail("files", "", "%v", err)
		return g
	}
	f.files(p, g.folder.Exists())
	return g
}

// content returns the bytes that the generator makes for a path.
func (g *generation) content(path string) []byte {
	for _, f := range g.out.Files {
		if f.Path == path {
			return f.Content
		}
	}
	return nil
}

// files sums up what a run would do.
func (f *findings) files(p *project.Plan, exists bool) {
	const generate = "featherscaffold generate"
	if !exists {
		f.fail("files", generate+" writes them", "nothing was generated yet")
		return
	}
	before := len(*f)
	if edited := paths(p, isEdited); edited != "" {
		f.fail("files", generate+" --force takes ours; yours are kept in .featherscaffold/backup", "you changed generated files: %s", edited)
	}
	if missing := paths(p, isMissing); missing != "" {
		f.fail("files", generate+" writes them", "missing: %s", missing)
	}
	if waiting := paths(p, isWaiting); waiting != "" {
		f.warn("files", "featherscaffold resolve, or prune for what is no longer generated", "for you to decide: %s", waiting)
	}
	if old := paths(p, isOld); old != "" {
		f.warn("files", generate, "out of date: %s", old)
	}
	if len(*f) > before {
		return
	}
	if !p.Empty() {
		f.warn("files", generate, "the lock is out of date")
		return
	}
	f.ok("files", "%s up to date%s", count(p.Unchanged+p.Count(project.Keep), "file"), keptNote(p))
}

func isEdited(c project.Change) bool {
	return c.Action == project.Conflict && c.Class == plan.Generated
}

func isMissing(c project.Change) bool { return c.Action == project.Create }

func isWaiting(c project.Change) bool {
	return c.Action == project.Conflict && c.Class != plan.Generated || c.Action == project.Orphan || c.Action == project.Refuse
}

func isOld(c project.Change) bool {
	return slices.Contains([]project.Action{project.Update, project.Merge, project.Extend, project.Delete}, c.Action)
}

// paths lists the first files of a kind, "a, b, c and 4 more".
func paths(p *project.Plan, of func(project.Change) bool) string {
	const most = 3
	var list []string
	for _, change := range p.Changes {
		if of(change) {
			list = append(list, change.Path)
		}
	}
	text := strings.Join(list[:min(most, len(list))], ", ")
	if more := len(list) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// examineRuntime compares the runtime's version with this command's.
func (c *cli) examineRuntime(f *findings, dir, runtime string) {
	const check = "runtime"
	mode, path, _ := strings.Cut(runtime, " ")
	switch mode {
	case string(plan.Copy):
		f.ok(check, "copied into the project")
		return
	case string(plan.Path):
		path = filepath.FromSlash(path)
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		data, err := os.ReadFile(filepath.Join(path, "go.mod"))
		if err != nil || gomod.ModulePath(data) != runtimeModule {
			f.fail(check, "featherscaffold generate --runtime PATH names another", "there is no checkout of it at %s", path)
			return
		}
		f.ok(check, "a checkout at %s", path)
		return
	}
	mod, _ := os.ReadFile(filepath.Join(dir, "go.mod"))
	switch have := gomod.Required(mod, runtimeModule); have {
	case c.build.version:
		f.ok(check, "%s", have)
	case "":
		f.fail(check, "featherscaffold generate adds it", "go.mod does not require it")
	default:
		f.warn(check, "use one version: featherscaffold upgrade, or go install "+runtimeModule+"/cmd/featherscaffold@"+have,
			"go.mod has %s, and this featherscaffold is %s", have, c.build.version)
	}
}

// templates checks whether ours has changed since the project took it over. It
// says nothing of a project that has no templates of its own.
func (f *findings) templates(dir string) {
	const check = "templates"
	list, err := override.All(dir)
	if err != nil {
		f.fail(check, "", "%v", err)
		return
	}
	var old []string
	for _, t := range list {
		if t.Outdated() {
			old = append(old, t.ID)
		}
	}
	switch {
	case len(old) > 0:
		f.warn(check, "featherscaffold templates merge", "ours has changed since you took them over: %s", strings.Join(old, ", "))
	case len(list) > 0:
		f.ok(check, "%s of your own", count(len(list), "template"))
	}
}
