package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/project"
)

// generateFlags are those of generate.
type generateFlags struct {
	dryRun, check, force, adopt bool
	runtime                     string
}

func (f generateFlags) readOnly() bool { return f.dryRun || f.check }

func (c *cli) generateCommand() *cobra.Command {
	var flags generateFlags
	cmd := &cobra.Command{
		Use:     "generate [DIR]",
		Aliases: []string{"gen"},
		Short:   "Bring a project up to its spec",
		Long: `generate reads DIR/feathers.yaml (the current folder's by default) and writes
the files that have changed. Generated files are rewritten; yours are created
once and never overwritten. When both you and featherscaffold changed a file,
yours stays and ours waits in .featherscaffold/incoming.

Exit status: 0 done, 1 failed, 2 files would change (--check), 3 a conflict or
an orphan is left for you to decide, 4 the spec has errors.`,
		Example: `  featherscaffold generate
  featherscaffold generate ./chat --dry-run
  featherscaffold generate --check        # in CI: exits 2 when something is out of date`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(_ *cobra.Command, args []string) error {
			return c.generate(dirOf(args), flags)
		},
	}
	set := cmd.Flags()
	set.BoolVar(&flags.dryRun, "dry-run", false, "list what would change, and write nothing")
	set.BoolVar(&flags.check, "check", false, "like --dry-run, and exit with 2 when something would change")
	set.BoolVar(&flags.force, "force", false, "replace your changes where they conflict, and keep them in .featherscaffold/backup")
	set.BoolVar(&flags.adopt, "adopt", false, "take over files that exist and are not featherscaffold's; what is replaced is kept in .featherscaffold/backup")
	addRuntimeFlag(cmd, &flags.runtime, "as before")
	return cmd
}

func (c *cli) generate(dir string, flags generateFlags) error {
	path, text, err := readSpec(dir)
	if err != nil {
		return err
	}
	folder, err := project.Open(dir, project.Options{ReadOnly: flags.readOnly(), Generator: c.build.version})
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	rt, err := c.runtimeFor(dir, flags.runtime, folder.Runtime())
	if err != nil {
		return err
	}
	files, diags, err := generator.Files(generator.Input{SpecPath: path, Spec: text, Runtime: rt})
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	if err := c.diagnose(diags); err != nil {
		return err
	}
	p, err := folder.Compare(files, project.CompareOptions{
		Runtime: runtimeLine(rt), Spec: text, Adopt: flags.adopt, Force: flags.force,
	})
	if err != nil {
		return err
	}
	if p.Count(project.Refuse) > 0 {
		return c.refuse(p)
	}
	if !flags.readOnly() {
		if err := folder.Apply(p); err != nil {
			return err
		}
	}
	c.report(p, flags.readOnly())
	return outcome(p, flags)
}

// outcome returns the exit status of a run that did what it could.
func outcome(p *project.Plan, flags generateFlags) error {
	switch {
	case p.NeedsPerson():
		return exitError{exitPerson}
	case flags.check && !p.Empty():
		return exitError{exitPending}
	}
	return nil
}
