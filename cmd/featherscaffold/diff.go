package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/diff"
	"github.com/featherscaffold/featherscaffold/generator/project"
)

func (c *cli) diffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff [FILE...]",
		Short: "Show what generate would change in files",
		Long: `diff shows what generate would change in the files, or in all of them, as a
unified diff. For a file in conflict it shows what featherscaffold would make of
yours. The copy of the runtime is shown for files that are named only.`,
		Example: `  featherscaffold diff
  featherscaffold diff README.md`,
		RunE: func(_ *cobra.Command, args []string) error {
			dir, paths, err := locate(args)
			if err != nil {
				return err
			}
			return c.diffProject(dir, paths)
		},
	}
}

func (c *cli) diffProject(dir string, paths []string) error {
	g, err := c.open(dir, "", true)
	if err != nil {
		return err
	}
	defer g.close()
	if err := c.diagnose(g.diags); err != nil {
		return err
	}
	p, err := g.compare(project.CompareOptions{Only: paths})
	if err != nil {
		return err
	}
	for _, path := range paths {
		if !g.plans(path) && !slices.ContainsFunc(p.Changes, func(change project.Change) bool { return change.Path == path }) {
			return fmt.Errorf("%s is no file that the spec asks for", path)
		}
	}
	c.diff(p.Changes, paths)
	return nil
}

// diff prints the changes of files; those of the runtime's copy only when they
// are among named.
func (c *cli) diff(changes []project.Change, named []string) {
	for _, change := range changes {
		if strings.HasPrefix(change.Path, copiedRuntime) && !slices.Contains(named, change.Path) {
			continue
		}
		c.printDiff(c.stdout, unified(&change))
	}
}

// unified returns a change as a diff.
func unified(change *project.Change) []byte {
	before, after := "a/"+change.Path, "b/"+change.Path
	if change.Before() == nil {
		before = "/dev/null"
	}
	if change.After() == nil {
		after = "/dev/null"
	}
	return diff.Unified(before, after, change.Before(), change.After())
}

func (c *cli) printDiff(w io.Writer, text []byte) {
	for line := range bytes.Lines(text) {
		style := ""
		switch {
		case bytes.HasPrefix(line, []byte("+++")), bytes.HasPrefix(line, []byte("---")):
			style = styleCommand
		case line[0] == '+':
			style = styleCreate
		case line[0] == '-':
			style = styleDelete
		case line[0] == '@':
			style = styleQuiet
		}
		if style == "" {
			fmt.Fprintf(w, "%s", line)
			continue
		}
		body := strings.TrimSuffix(string(line), "\n")
		fmt.Fprintf(w, "%s%s", c.paint(w, style, body), string(line)[len(body):])
	}
}
