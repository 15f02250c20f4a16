package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/project"
)

func (c *cli) pruneCommand() *cobra.Command {
	var force, dryRun bool
	cmd := &cobra.Command{
		Use:   "prune [DIR]",
		Short: "Delete files that are no longer generated",
		Long: `prune deletes the files that the spec no longer asks for, and folders that are
empty then. Those that you have changed are listed, and deleted when you agree;
they are kept in .featherscaffold/backup.

Exit status: 0 done, 1 failed, 3 files are left, 4 the spec has errors.`,
		Example: `  featherscaffold prune
  featherscaffold prune ./chat --force`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.prune(dirOf(args), cmd.InOrStdin(), force, dryRun)
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "do not ask")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "list what would be deleted, and write nothing")
	return cmd
}

func (c *cli) prune(dir string, stdin io.Reader, force, dryRun bool) error {
	g, err := c.open(dir, "", dryRun)
	if err != nil {
		return err
	}
	defer g.close()
	if err := c.diagnose(g.diags); err != nil {
		return err
	}
	orphans, err := g.orphans()
	if err != nil {
		return err
	}
	if len(orphans) == 0 {
		_, err := fmt.Fprintln(c.stdout, "nothing to prune")
		return err
	}
	p, err := g.compare(project.CompareOptions{Only: orphans, Prune: true})
	if err != nil {
		return err
	}
	edited := changed(p)
	if len(edited) > 0 && !force && !dryRun {
		agreed, err := c.ask(stdin, edited)
		if err != nil {
			return err
		}
		if !agreed {
			return exitError{exitPerson}
		}
	}
	if !dryRun {
		if err := g.folder.Apply(p); err != nil {
			return err
		}
	}
	c.changes(c.stdout, p.Changes, dryRun)
	return nil
}

// orphans lists the files that are no longer planned.
func (g *generation) orphans() ([]string, error) {
	p, err := g.compare(project.CompareOptions{})
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, change := range p.Changes {
		if change.Action == project.Orphan || change.Action == project.Delete {
			paths = append(paths, change.Path)
		}
	}
	return paths, nil
}

// changed returns the changes that delete something of the user's.
func changed(p *project.Plan) (list []project.Change) {
	for _, change := range p.Changes {
		if change.Saved != "" {
			list = append(list, change)
		}
	}
	return list
}

// ask lists the files that the user changed and asks whether they may go. The
// answer of who is no person is no.
func (c *cli) ask(stdin io.Reader, edited []project.Change) (bool, error) {
	c.changes(c.stdout, edited, true)
	if !isTerminal(stdin) {
		return false, errors.New("you changed these files; --force deletes them")
	}
	fmt.Fprintf(c.stdout, "You changed %s. Delete? [y/N] ", count(len(edited), "file"))
	line, err := bufio.NewReader(stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes", nil
}
