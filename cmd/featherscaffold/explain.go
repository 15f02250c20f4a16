package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/explain"
	"github.com/featherscaffold/featherscaffold/generator/override"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func (c *cli) explainCommand() *cobra.Command {
	var list bool
	cmd := &cobra.Command{
		Use:   "explain FILE|CODE",
		Short: "Say what stands behind a file, or what a diagnostic means",
		Long: `explain says of a project's file whose it is, the template and the lines of the
spec that it is made of, whether you have edited it, and what generate would do
with it. Of a code, as in error[unknown-type], it says what the code means and
shows it wrong and right.`,
		Example: `  featherscaffold explain services/messages/messages.go
  featherscaffold explain not-published
  featherscaffold explain --list`,
		Args: func(cmd *cobra.Command, args []string) error {
			if list {
				return cobra.NoArgs(cmd, args)
			}
			return oneArg("a file or a code")(cmd, args)
		},
		ValidArgsFunction: completeCodes,
		RunE: func(_ *cobra.Command, args []string) error {
			if list {
				return c.listCodes()
			}
			return c.explain(args[0])
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "list the codes")
	return cmd
}

func (c *cli) listCodes() error {
	for _, code := range explain.Codes() {
		summary, _, _ := strings.Cut(strings.ReplaceAll(code.Meaning, "\n", " "), ". ")
		if _, err := fmt.Fprintf(c.stdout, "%-22s %s\n", code.Name, strings.TrimSuffix(summary, ".")); err != nil {
			return err
		}
	}
	return nil
}

func (c *cli) explain(arg string) error {
	if code, ok := explain.FindCode(arg); ok {
		return c.explainCode(code)
	}
	dir, path, ok := projectOf(arg)
	if ok {
		return c.explainFile(dir, path)
	}
	d := spec.Diagnostic{}
	d.Suggest(arg, codeNames())
	if d.Suggestion != "" {
		return fmt.Errorf("%q is no code and no file; did you mean %q?", arg, d.Suggestion)
	}
	return fmt.Errorf("%q is no code and no file of a project; featherscaffold explain --list lists the codes", arg)
}

func (c *cli) explainCode(code explain.Code) error {
	fmt.Fprintf(c.stdout, "%s\n\n%s\n", c.paint(c.stdout, styleCommand, code.Name), code.Meaning)
	if code.Wrong == "" {
		return nil
	}
	_, err := fmt.Fprintf(c.stdout, "\n%s\n\n%s\n%s\n\n%s", c.paint(c.stdout, styleDelete, "wrong"), indented(code.Wrong),
		c.paint(c.stdout, styleCreate, "right"), indented(code.Right))
	return err
}

func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ") + "\n"
}

// projectOf finds the project that a file is, or would be, in: the nearest
// folder above with a spec. path is the file's in it.
func projectOf(arg string) (dir, path string, ok bool) {
	abs, err := filepath.Abs(arg)
	if err != nil {
		return "", "", false
	}
	for dir = filepath.Dir(abs); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, specName)); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return "", "", false
		}
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil {
		return "", "", false
	}
	// What the user typed is shorter to read than a whole path.
	if wd, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(wd, dir); err == nil {
			dir = short
		}
	}
	return dir, filepath.ToSlash(rel), true
}

// A fileStory is what there is to say of a file.
type fileStory struct {
	plan.File
	planned bool
	state   project.State
	change  project.Change // what a run would do; zero for nothing
	spec    string         // place in the spec
}

func (c *cli) explainFile(dir, path string) error {
	if own, ok := ownFiles(path); ok {
		_, err := fmt.Fprintf(c.stdout, "%s\n  %s\n", path, own)
		return err
	}
	s, err := c.story(dir, path)
	if err != nil {
		return err
	}
	if !s.planned && !s.state.Known {
		if !s.state.There {
			return fmt.Errorf("there is no %s, and generate would not make one", filepath.Join(dir, filepath.FromSlash(path)))
		}
		_, err := fmt.Fprintf(c.stdout, "%s\n  yours alone: generate does not know it\n", path)
		return err
	}
	fmt.Fprintln(c.stdout, c.paint(c.stdout, styleCommand, path))
	for _, line := range s.lines() {
		fmt.Fprintf(c.stdout, "  %-10s%s\n", line[0], line[1])
	}
	return nil
}

// ownFiles says what the files are that generate does not make of the spec.
func ownFiles(path string) (string, bool) {
	switch {
	case path == specName:
		return "the spec, from which the rest is generated: yours", true
	case path == ".featherscaffold/lock", strings.HasPrefix(path, ".featherscaffold/base/"):
		return "what generate remembers of its last run: commit it, and do not edit it", true
	case strings.HasPrefix(path, ".featherscaffold/incoming/"):
		return "our version of a file that you have edited too: take from it what you want", true
	case strings.HasPrefix(path, render.OwnDir+"/base/"):
		return "ours as it was when you took over the template: commit it, and do not edit it", true
	case strings.HasPrefix(path, render.OwnDir+"/"):
		return "a template of yours: see featherscaffold templates --help", true
	case strings.HasPrefix(path, ".featherscaffold/backup/"):
		return "your bytes from before something was replaced: delete them when you like", true
	}
	return "", false
}

// story runs the generator to see what it makes of a file.
func (c *cli) story(dir, path string) (*fileStory, error) {
	specPath, text, err := readSpec(dir)
	if err != nil {
		return nil, err
	}
	folder, err := project.Open(dir, project.Options{ReadOnly: true, Generator: c.build.version})
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	s := &fileStory{}
	if s.state, err = folder.State(path); err != nil {
		return nil, err
	}
	rt, err := c.runtimeFor(dir, "", folder.Runtime())
	if err != nil {
		return nil, err
	}
	own, err := override.Read(dir)
	if err != nil {
		return nil, err
	}
	in := generator.Input{SpecPath: specPath, Spec: text, Runtime: rt, Templates: own}
	files, diags, err := generator.Files(in)
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	// Warnings are about the spec, not about this file.
	if diags.HasErrors() {
		return nil, c.diagnose(diags)
	}
	planned, _, err := generator.Plan(in)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(planned, func(f plan.File) bool { return f.Path == path }); i >= 0 {
		s.File, s.planned = planned[i], true
		s.spec = specLines(specPath, text, s.File)
		if _, ok := own[s.Template]; ok {
			s.Template = override.Path(s.Template)
		}
	}
	p, err := folder.Compare(files, project.CompareOptions{Runtime: runtimeLine(rt), Spec: text})
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(p.Changes, func(ch project.Change) bool { return ch.Path == path }); i >= 0 {
		s.change = p.Changes[i]
	}
	return s, nil
}

// specLines says which part of the spec a file is made of.
func specLines(specPath string, text []byte, f plan.File) string {
	switch {
	case f.Unit != "":
		if at, ok := explain.Service(text, f.Unit); ok {
			return fmt.Sprintf("%s:%d-%d (service %s, and what it refers to)", specPath, at.From, at.To, f.Unit)
		}
	case f.Template == "":
		return "none: the file is the same for every spec, or follows from what the app imports"
	}
	return specPath + ", as a whole"
}

func (s *fileStory) lines() [][2]string {
	class := s.Class
	if !s.planned {
		class = s.state.Class
	}
	out := [][2]string{{"class", string(class) + ": " + classWords[class]}}
	if s.Template != "" {
		out = append(out, [2]string{"template", s.Template})
	}
	if s.planned {
		out = append(out, [2]string{"spec", s.spec})
	} else {
		out = append(out, [2]string{"spec", "none: the spec does not ask for it any more"})
	}
	out = append(out, [2]string{"edited", s.edited()})
	return append(out, [2]string{"generate", s.next()})
}

// classWords say whose a file is.
var classWords = map[plan.Class]string{
	plan.Generated: "featherscaffold's; rewritten when the spec changes, so do not edit it",
	plan.Stub:      "yours; generate adds what the spec wants and it lacks",
	plan.Merge:     "shared; updated as long as that loses no edit of yours",
	plan.Once:      "yours from the start; written once and never touched again",
}

func (s *fileStory) edited() string {
	switch {
	case !s.state.There && s.state.Known:
		return "deleted"
	case !s.state.There:
		return "not written yet"
	case !s.state.Known:
		return "no run has written it"
	case s.state.Edited:
		return "yes, since the last run"
	}
	return "no"
}

// next says what a run would do.
func (s *fileStory) next() string {
	text := "nothing to do"
	if s.change.Action != "" {
		text = words[s.change.Action].pending
		if s.change.Action == project.Keep {
			text = "keeps it"
		}
		if reason := note(s.change); reason != "" {
			text += ": " + reason
		}
	}
	if s.state.Waiting != "" && s.change.Saved == "" {
		text += "; our version is " + s.state.Waiting
	}
	return text
}
