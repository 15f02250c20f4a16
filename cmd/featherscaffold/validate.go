package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (c *cli) validateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "validate [DIR]",
		Short: "Check the spec and print all that is wrong with it",
		Long: `validate checks DIR/feathers.yaml (the current folder's by default) and prints
everything that is wrong with it at once. It exits with 4 when there are
errors; warnings do not count.`,
		Example: `  featherscaffold validate
  featherscaffold validate ./chat`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(_ *cobra.Command, args []string) error {
			return c.validate(dirOf(args))
		},
	}
}

func (c *cli) validate(dir string) error {
	path, data, err := readSpec(dir)
	if err != nil {
		return err
	}
	p, err := c.check(path, data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%s is valid: %s\n", path, count(len(p.Services), "service"))
	return err
}
