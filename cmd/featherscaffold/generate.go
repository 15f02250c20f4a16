package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/verify"
)

// generateFlags are those of generate; plan has some of them.
type generateFlags struct {
	dryRun, check, diff, json, verify bool
	force, adopt, prune, loseData     bool
	conflict, runtime                 string
}

func (f generateFlags) readOnly() bool { return f.dryRun || f.check }

func (f generateFlags) compare() project.CompareOptions {
	return project.CompareOptions{Adopt: f.adopt, Force: f.force, Prune: f.prune, Markers: f.conflict == "markers"}
}

func (c *cli) generateCommand() *cobra.Command {
	var flags generateFlags
	cmd := &cobra.Command{
		Use:     "generate [DIR]",
		Aliases: []string{"gen"},
		Short:   "Bring a project up to its spec",
		Long: `generate reads DIR/feathers.yaml (the current folder's by default) and writes
the files that have changed. Generated files are rewritten; to yours it adds what
the spec asks for beyond them, and changes only what you have not touched. Shared
files, such as the README, are merged. When both you and featherscaffold changed
the same, yours stays and ours waits in .featherscaffold/incoming: see resolve.
undo takes a run back.

Exit status: 0 done, 1 failed, 2 files would change (--check), 3 a conflict or
an orphan is left for you to decide, or nothing was written because records in a
database would lose something, 4 the spec has errors.`,
		Example: `  featherscaffold generate
  featherscaffold generate ./chat --dry-run --diff
  featherscaffold generate --check        # in CI: exits 2 when something is out of date`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.generate(cmd.Context(), dirOf(args), flags)
		},
	}
	set := cmd.Flags()
	set.BoolVar(&flags.dryRun, "dry-run", false, "list what would change, and write nothing")
	set.BoolVar(&flags.check, "check", false, "like --dry-run, and exit with 2 when something would change")
	set.BoolVar(&flags.verify, "verify", false, "let the Go compiler look at all packages and tests first, and write nothing when it finds an error")
	set.BoolVar(&flags.force, "force", false, "replace your changes where they conflict, and keep them in .featherscaffold/backup")
	set.BoolVar(&flags.adopt, "adopt", false, "take over files that exist and are not featherscaffold's; what is replaced is kept in .featherscaffold/backup")
	set.BoolVar(&flags.prune, "prune", false, "delete files that are no longer generated though you changed them, and keep them in .featherscaffold/backup")
	set.BoolVar(&flags.loseData, "accept-data-loss", false, "go ahead though records in a database lose something, such as the values of a field that is gone")
	set.StringVar(&flags.conflict, "conflict", "keep", "where both changed the same: `HOW` is keep (yours, ours waits) or markers (both, as git has them)")
	_ = cmd.RegisterFlagCompletionFunc("conflict", cobra.FixedCompletions([]string{"keep", "markers"}, cobra.ShellCompDirectiveNoFileComp))
	addReportFlags(cmd, &flags)
	addRuntimeFlag(cmd, &flags.runtime, "as before")
	return cmd
}

func addReportFlags(cmd *cobra.Command, flags *generateFlags) {
	set := cmd.Flags()
	set.BoolVar(&flags.diff, "diff", false, "show the changes of each file, too")
	set.BoolVar(&flags.json, "json", false, "print the report as JSON; featherscaffold plan --help describes it")
}

func (c *cli) generate(ctx context.Context, dir string, flags generateFlags) error {
	if flags.conflict != "" && flags.conflict != "keep" && flags.conflict != "markers" {
		return fmt.Errorf("--conflict %s: want keep or markers", flags.conflict)
	}
	g, err := c.open(dir, flags.runtime, flags.readOnly())
	if err != nil {
		return err
	}
	defer g.close()
	if flags.json && g.diags.HasErrors() {
		return c.reportJSON(g, nil, flags, false, exitSpec)
	}
	if err := c.diagnose(g.diags); err != nil {
		return err
	}
	p, err := g.compare(flags.compare())
	if err != nil {
		return err
	}
	if p.Count(project.Refuse) > 0 {
		if flags.json {
			return c.reportJSON(g, p, flags, false, exitFailure)
		}
		return c.refuse(p)
	}
	if !flags.loseData && !flags.readOnly() && len(g.out.Losses()) > 0 {
		return c.stopForLosses(g, p, flags)
	}
	if flags.verify {
		if err := c.verify(ctx, dir, p); err != nil {
			return err
		}
	}
	if !flags.readOnly() {
		if err := g.folder.Apply(p); err != nil {
			return err
		}
	}
	code := outcome(p, flags)
	if !flags.loseData && len(g.out.Losses()) > 0 {
		code = exitPerson
	}
	if flags.json {
		return c.reportJSON(g, p, flags, !flags.readOnly(), code)
	}
	c.report(p, flags.readOnly())
	c.reportSchema(g.out, flags)
	if flags.diff {
		c.diff(p.Changes, nil)
	}
	return exitWith(code)
}

// verify lets the compiler look at what the project would be.
func (c *cli) verify(ctx context.Context, dir string, p *project.Plan) error {
	var failed *verify.Error
	err := verify.Project(ctx, dir, p.Files())
	if errors.As(err, &failed) {
		fmt.Fprint(c.stderr, failed.Output)
		return errors.New("nothing was written: the project would not compile")
	}
	return err
}

// outcome returns the exit status of a run that did what it could.
func outcome(p *project.Plan, flags generateFlags) int {
	switch {
	case p.NeedsPerson():
		return exitPerson
	case flags.check && !p.Empty():
		return exitPending
	}
	return exitOK
}

// exitWith ends the command with a code.
func exitWith(code int) error {
	if code == exitOK {
		return nil
	}
	return exitError{code}
}
