package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/project"
)

func (c *cli) undoCommand() *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "undo [DIR]",
		Short: "Take back what the last run wrote",
		Long: `undo puts every file that the last run created, changed or deleted back to what
it was before. The spec stays as it is, so that the next generate does the same
again. Nothing is done when one of the files has changed since. A second undo
takes back the first.`,
		Example: `  featherscaffold undo
  featherscaffold undo ./chat --dry-run`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(_ *cobra.Command, args []string) error {
			return c.undo(dirOf(args), dryRun)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "list what would change, and write nothing")
	return cmd
}

func (c *cli) undo(dir string, dryRun bool) error {
	folder, err := project.Open(dir, project.Options{ReadOnly: dryRun, Generator: c.build.version})
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	p, err := folder.Undo()
	if err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	if !dryRun {
		if err := folder.Apply(p); err != nil {
			return err
		}
	}
	c.changes(c.stdout, p.Changes, dryRun)
	if len(p.Changes) == 0 {
		c.line(c.stdout, project.Update, dryRun, ".featherscaffold/lock", "")
	}
	return nil
}
