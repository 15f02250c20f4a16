package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/project"
)

func (c *cli) resolveCommand() *cobra.Command {
	var ours, theirs, merged bool
	cmd := &cobra.Command{
		Use:   "resolve [FILE...]",
		Short: "Show conflicts, and end them",
		Long: `resolve lists the files that both you and featherscaffold changed and that could
not be merged. Yours is in its place; the new one waits in
.featherscaffold/incoming. With a flag it ends the conflicts of the files, or of
all: --ours keeps your file, --theirs takes the new one and keeps yours in
.featherscaffold/backup, --merged is for a file that you have merged by hand, and
looks for conflict markers that are left.

Exit status: 0 no conflict is left, 3 there are some.`,
		Example: `  featherscaffold resolve                    # list the conflicts
  featherscaffold resolve README.md --theirs
  featherscaffold resolve --merged           # all of them are merged by hand`,
		RunE: func(_ *cobra.Command, args []string) error {
			var sides []project.Side
			for side, set := range map[project.Side]bool{project.Ours: ours, project.Theirs: theirs, project.Merged: merged} {
				if set {
					sides = append(sides, side)
				}
			}
			if len(sides) > 1 {
				return errors.New("want one of --ours, --theirs and --merged")
			}
			dir, paths, err := locate(args)
			if err != nil {
				return err
			}
			if len(sides) == 0 {
				return c.conflicts(dir, paths)
			}
			return c.resolve(dir, paths, sides[0])
		},
	}
	cmd.Flags().BoolVar(&ours, "ours", false, "keep your file")
	cmd.Flags().BoolVar(&theirs, "theirs", false, "take the new file")
	cmd.Flags().BoolVar(&merged, "merged", false, "keep your file, in which you have merged both")
	return cmd
}

// conflicts lists those of the files at paths, or all.
func (c *cli) conflicts(dir string, paths []string) error {
	folder, err := project.Open(dir, project.Options{ReadOnly: true, Generator: c.build.version})
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	conflicts, err := folder.Conflicts(paths...)
	if err != nil {
		return err
	}
	if len(conflicts) == 0 {
		_, err := fmt.Fprintln(c.stdout, "no conflicts")
		return err
	}
	c.changes(c.stdout, conflicts, false)
	c.diff(conflicts, paths)
	return exitError{exitPerson}
}

func (c *cli) resolve(dir string, paths []string, side project.Side) error {
	folder, err := project.Open(dir, project.Options{Generator: c.build.version})
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	p, err := folder.Resolve(side, paths...)
	if err != nil {
		return err
	}
	if err := folder.Apply(p); err != nil {
		return err
	}
	c.changes(c.stdout, p.Changes, false)
	left, err := folder.Conflicts()
	if err != nil {
		return err
	}
	if len(left) > 0 {
		fmt.Fprintf(c.stdout, "%s left\n", count(len(left), "conflict"))
		return exitError{exitPerson}
	}
	return nil
}
