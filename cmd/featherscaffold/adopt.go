package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/project"
)

func (c *cli) adoptCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "adopt FILE...",
		Short: "Give files to featherscaffold",
		Long: `adopt lets featherscaffold write files again that you have ejected or edited, or
that it finds in its way. A file that is yours by nature, such as a service's
code, stays as it is; others are replaced, and yours is kept in
.featherscaffold/backup.`,
		Example: `  featherscaffold adopt internal/gen/app/app.go`,
		Args:    someFiles,
		RunE: func(_ *cobra.Command, args []string) error {
			dir, paths, err := locate(args)
			if err != nil {
				return err
			}
			return c.adopt(dir, paths)
		},
	}
}

func (c *cli) adopt(dir string, paths []string) error {
	g, err := c.open(dir, "", false)
	if err != nil {
		return err
	}
	defer g.close()
	if err := c.diagnose(g.diags); err != nil {
		return err
	}
	for _, path := range paths {
		if !g.plans(path) {
			return fmt.Errorf("%s is no file that the spec asks for", path)
		}
	}
	p, err := g.compare(project.CompareOptions{Only: paths, Adopt: true, Force: true})
	if err != nil {
		return err
	}
	if p.Count(project.Refuse) > 0 {
		return c.refuse(p)
	}
	if err := g.folder.Apply(p); err != nil {
		return err
	}
	c.report(p, false)
	return nil
}
