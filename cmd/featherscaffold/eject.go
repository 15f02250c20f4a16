package main

import (
	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/project"
)

func (c *cli) ejectCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "eject FILE...",
		Short: "Make generated files yours",
		Long: `eject makes files yours: generate does not write to them again, and does not
say when they fall behind the spec. adopt gives one back.`,
		Example: `  featherscaffold eject internal/gen/app/app.go`,
		Args:    someFiles,
		RunE: func(_ *cobra.Command, args []string) error {
			dir, paths, err := locate(args)
			if err != nil {
				return err
			}
			return c.eject(dir, paths)
		},
	}
}

func (c *cli) eject(dir string, paths []string) error {
	folder, err := project.Open(dir, project.Options{Generator: c.build.version})
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	p, err := folder.Eject(paths...)
	if err != nil {
		return err
	}
	if err := folder.Apply(p); err != nil {
		return err
	}
	c.changes(c.stdout, p.Changes, false)
	return nil
}
