package main

import (
	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func (c *cli) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the spec",
		Long: `schema prints the JSON Schema of feathers.yaml. A project has a copy, and the
first line of its feathers.yaml points editors there.`,
		Example:           "  featherscaffold schema > feathers.schema.json",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			_, err := c.stdout.Write(spec.Schema())
			return err
		},
	}
}
