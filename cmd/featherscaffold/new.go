package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
	"github.com/featherscaffold/featherscaffold/generator/specedit"
	"github.com/featherscaffold/featherscaffold/templates"
)

// newFlags are those of new.
type newFlags struct {
	spec, module, runtime string
	adopt                 bool
}

func (c *cli) newCommand() *cobra.Command {
	var flags newFlags
	cmd := &cobra.Command{
		Use:   "new DIR",
		Short: "Make a new project",
		Long: `new makes a project in the folder DIR, which must be empty or missing. Without
--spec it is a chat: users, rooms and messages in SQLite, over REST and
Socket.IO, with a web page; its feathers.yaml is yours to change.`,
		Example: `  featherscaffold new chat
  featherscaffold new shop --module github.com/acme/shop
  featherscaffold new shop --spec shop.yaml`,
		Args:              oneArg("the new project's folder"),
		ValidArgsFunction: completeDirs,
		RunE: func(_ *cobra.Command, args []string) error {
			return c.new(args[0], flags)
		},
	}
	set := cmd.Flags()
	set.StringVar(&flags.spec, "spec", "", "start from this spec, a `FILE` that is copied as feathers.yaml")
	set.StringVar(&flags.module, "module", "", "Go module `PATH` of the project; default: the spec's, or example.com/NAME")
	set.BoolVar(&flags.adopt, "adopt", false, "make the project among the files that DIR has; what is replaced is kept in .featherscaffold/backup")
	addRuntimeFlag(cmd, &flags.runtime, c.defaultRuntime())
	return cmd
}

func (c *cli) new(dir string, flags newFlags) error {
	s, err := c.newSpec(dir, flags)
	if err != nil {
		return err
	}
	p, err := c.scaffold(dir, s, flags)
	if err != nil {
		return err
	}
	c.changes(c.stdout, p.Changes, false)
	c.nextSteps(dir, s)
	return nil
}

// scaffold writes a new project.
func (c *cli) scaffold(dir string, s *newSpec, flags newFlags) (*project.Plan, error) {
	folder, err := project.Open(dir, project.Options{Generator: c.build.version})
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	if err := checkEmpty(folder, dir, flags.adopt); err != nil {
		return nil, err
	}
	rt, err := c.runtimeFor(dir, flags.runtime, "")
	if err != nil {
		return nil, err
	}
	out, diags, err := generator.Generate(generator.Input{SpecPath: specName, Spec: s.text, Runtime: rt, Example: s.example})
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	// Warnings have been printed when the spec was checked.
	if diags.HasErrors() {
		return nil, c.diagnose(diags)
	}
	files := append(out.Files, render.File{Path: specName, Class: plan.Once, Content: s.text})
	p, err := folder.Compare(files, project.CompareOptions{Runtime: runtimeLine(rt), Spec: s.text, Adopt: flags.adopt, Schema: out.Schema})
	if err != nil {
		return nil, err
	}
	if p.Count(project.Refuse) > 0 {
		return nil, c.refuse(p)
	}
	return p, folder.Apply(p)
}

// checkEmpty refuses a folder that holds a project, or somebody's files.
func checkEmpty(folder *project.Folder, dir string, adopt bool) error {
	if folder.Exists() {
		return fmt.Errorf("%s holds a project already; featherscaffold generate %s brings it up to its spec", dir, quoteArg(dir))
	}
	foreign, err := folder.Foreign()
	if err != nil {
		return err
	}
	if slices.Contains(foreign, specName) {
		return fmt.Errorf("%s holds a %s already; featherscaffold generate %s makes the project from it", dir, specName, quoteArg(dir))
	}
	if len(foreign) == 0 || adopt {
		return nil
	}
	const most = 5
	list := strings.Join(foreign[:min(most, len(foreign))], ", ")
	if len(foreign) > most {
		list += fmt.Sprintf(" and %d more", len(foreign)-most)
	}
	return fmt.Errorf("%s is not empty: it holds %s; choose another folder, or --adopt makes the project among them", dir, list)
}

// nextSteps prints what to type to see the app run.
func (c *cli) nextSteps(dir string, s *newSpec) {
	fmt.Fprintf(c.stdout, "\nNext:\n\n")
	if filepath.Clean(dir) != "." {
		fmt.Fprintf(c.stdout, "    %s\n", c.paint(c.stdout, styleCommand, "cd "+quoteArg(dir)))
	}
	fmt.Fprintf(c.stdout, "    %s\n", c.paint(c.stdout, styleCommand, "go run ./cmd/"+s.name))
	fmt.Fprintf(c.stdout, "\nThe app serves http://127.0.0.1:3030. After a change of %s:\n\n    %s\n", specName,
		c.paint(c.stdout, styleCommand, "featherscaffold generate"))
}

// quoteArg quotes a command's argument for a shell if it has to be.
func quoteArg(arg string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@,\\", r)
	}
	if runtime.GOOS == "windows" {
		return `"` + arg + `"`
	}
	if arg != "" && strings.TrimFunc(arg, plain) == "" && !strings.ContainsRune(arg, '\\') && !strings.HasPrefix(arg, "-") {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// A newSpec is the spec that a new project starts from.
type newSpec struct {
	text    []byte
	name    string // app.name
	example fs.FS  // the user's files that come with it, nil for none
}

// newSpec reads the spec to start from and gives it the names of the project.
// A spec with errors is diagnosed as it was written.
func (c *cli) newSpec(dir string, flags newFlags) (*newSpec, error) {
	if flags.spec != "" {
		return c.givenSpec(flags)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	name := appName(filepath.Base(abs))
	module := flags.module
	if module == "" {
		module = "example.com/" + name
	}
	s, err := c.exampleSpec("chat", name, module)
	if err != nil {
		return nil, err
	}
	if flags.module != "" {
		return s, c.checkModule(s.text, module)
	}
	_, err = c.check(specName, s.text) // the folder's name may be no name of an app
	return s, err
}

func (c *cli) givenSpec(flags newFlags) (*newSpec, error) {
	text, err := readSpecFile(flags.spec)
	if err != nil {
		return nil, err
	}
	p, err := c.check(flags.spec, text)
	if err != nil {
		return nil, err
	}
	s := &newSpec{text: text, name: p.Name}
	if flags.module != "" {
		s.text = specedit.SetApp(s.text, "", flags.module)
		if err := c.checkModule(s.text, flags.module); err != nil {
			return nil, err
		}
	}
	s.text = specedit.WithSchemaLine(s.text)
	return s, nil
}

// exampleSpec returns one of the examples under another name.
func (c *cli) exampleSpec(example, name, module string) (*newSpec, error) {
	files, err := templates.Example(example)
	if err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(files, specName)
	if err != nil {
		return nil, err
	}
	s := &newSpec{text: specedit.SetApp(text, name, module), name: name, example: files}
	s.text = specedit.WithSchemaLine(s.text)
	return s, nil
}

// checkModule looks whether a spec is right with the module path it was given.
func (c *cli) checkModule(text []byte, module string) error {
	_, err := c.quietly().check(specName, text)
	var exit exitError
	if errors.As(err, &exit) {
		return fmt.Errorf("--module %s is no module path of a project", module)
	}
	return err
}
