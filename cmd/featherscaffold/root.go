package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// A cli is what the commands share.
type cli struct {
	stdout, stderr io.Writer
	build          build
	color          string // --color
}

func (c *cli) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "featherscaffold",
		Short: "Realtime apps in Go from a service spec",
		Long: `featherscaffold writes a Go app from a service spec, feathers.yaml: services
with find, get, create, update, patch, remove and custom methods, hooks, events
and channels, over REST, Socket.IO and Primus. After a change of the spec it brings the
app up to date and never overwrites your code.`,
		Example: `  featherscaffold new chat          # a new app in the folder chat
  cd chat && go run ./cmd/chat      # run it
  featherscaffold generate          # after a change of feathers.yaml`,
		Args:              cobra.NoArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(*cobra.Command, []string) error { return c.checkColor() },
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVar(&c.color, "color", "auto", "colour the output: `WHEN` is auto, always or never")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())
	})
	root.AddCommand(c.newCommand(), c.initCommand(), c.generateCommand(), c.planCommand(), c.diffCommand(),
		c.resolveCommand(), c.undoCommand(), c.pruneCommand(), c.ejectCommand(), c.adoptCommand(),
		c.addCommand(), c.fmtCommand(), c.validateCommand(), c.explainCommand(), c.goldenCommand(),
		c.doctorCommand(), c.watchCommand(), c.templatesCommand(), c.upgradeCommand(), c.schemaCommand(),
		c.demoCommand(), c.versionCommand())
	_ = root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return root
}

// oneArg wants exactly one argument and names it when it is missing.
func oneArg(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return fmt.Errorf("want one argument, %s, got %d (see %s --help)", name, len(args), cmd.CommandPath())
	}
}

// atLeast wants n arguments or more, and names them when they are missing.
func atLeast(n int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= n {
			return nil
		}
		return fmt.Errorf("want %s, got %s (see %s --help)", names, count(len(args), "argument"), cmd.CommandPath())
	}
}

// exactly wants n arguments.
func exactly(n int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return fmt.Errorf("want %s, got %s (see %s --help)", names, count(len(args), "argument"), cmd.CommandPath())
	}
}

// optionalDir wants at most one argument, the project's folder.
func optionalDir(cmd *cobra.Command, args []string) error {
	if len(args) <= 1 {
		return nil
	}
	return fmt.Errorf("want at most one argument, the project's folder, got %d (see %s --help)", len(args), cmd.CommandPath())
}

// someFiles wants at least one argument, a file of a project.
func someFiles(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return nil
	}
	return fmt.Errorf("want the files to %s (see %s --help)", cmd.Name(), cmd.CommandPath())
}

func dirOf(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// completeDirs lets the shell complete folders.
func completeDirs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}
