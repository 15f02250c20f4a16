package main

import "github.com/spf13/cobra"

func (c *cli) planCommand() *cobra.Command {
	flags := generateFlags{dryRun: true}
	cmd := &cobra.Command{
		Use:   "plan [DIR]",
		Short: "List what generate would do",
		Long: `plan lists what generate would do, and writes nothing.

With --json, here and at generate, the report is an object:

  format       1; grows when a field changes its meaning
  applied      whether the changes were written
  exit         the exit status
  changes      a list, sorted by path, of
    path       slash-separated, below the project
    from       where the file was, when it follows the rename of a service
    class      generated, stub, merge or once: who owns the file
    action     create, update, move, merge, extend, delete or keep; conflict or orphan,
               which a person decides; refuse, which stopped the run
    template   name and hash of the template, where there is one
    service    the service that the file is about, where it is about one
    reason     why, for people
    saved      where the version that lost is kept, or ours waits in a conflict
    notes      a list of places to look at: line (0 for the file) and text
    diff       the change as a unified diff, with --diff
  unchanged    how many files are as they should be
  losses       what records in a database would lose, a list of service, field (where
               it is about one), change (such as drop column) and loses; exit is 3
  renames      entries for the spec's key moved, where something that is gone looks
               like something that is new
  diagnostics  what there is to say about the spec: file, line, column, severity,
               code, message, and fix and suggestion where there are some`,
		Example: `  featherscaffold plan
  featherscaffold plan ./chat --diff
  featherscaffold plan --json`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.generate(cmd.Context(), dirOf(args), flags)
		},
	}
	addReportFlags(cmd, &flags)
	addRuntimeFlag(cmd, &flags.runtime, "as before")
	return cmd
}
