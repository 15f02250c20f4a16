package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/diff"
	"github.com/featherscaffold/featherscaffold/generator/merge"
	"github.com/featherscaffold/featherscaffold/generator/override"
)

func (c *cli) templatesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "templates",
		Short: "Use templates of your own",
		Long: `templates lets a project override our templates: a file
.featherscaffold/templates/NAME.tmpl takes the place of the template NAME, in
the language of Go's text/template. eject begins with a copy of ours. When a
newer featherscaffold has changed ours, diff shows how, and merge brings the
change into yours. The project is the one around the current folder.`,
		Example: `  featherscaffold templates list
  featherscaffold templates eject Dockerfile
  featherscaffold templates diff
  featherscaffold templates merge`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.templatesList(), c.templatesEject(), c.templatesDiff(), c.templatesMerge())
	return cmd
}

func (c *cli) templatesList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List all templates, and which are yours", Example: "  featherscaffold templates list",
		Args: cobra.NoArgs, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error { return c.listTemplates() },
	}
}

func (c *cli) listTemplates() error {
	dir, err := projectAround(".")
	if err != nil {
		return err
	}
	list, err := override.All(dir)
	if err != nil {
		return err
	}
	ids, err := override.IDs()
	if err != nil {
		return err
	}
	for _, id := range ids {
		state := c.paint(c.stdout, styleQuiet, "ours ")
		if i := slices.IndexFunc(list, func(t *override.Template) bool { return t.ID == id }); i >= 0 {
			state = c.paint(c.stdout, styleChange, "yours")
			if list[i].Outdated() {
				id += " (ours has changed since: featherscaffold templates merge " + id + ")"
			}
		}
		fmt.Fprintf(c.stdout, "%s  %s\n", state, id)
	}
	return nil
}

func (c *cli) templatesEject() *cobra.Command {
	return &cobra.Command{
		Use: "eject ID", Short: "Copy one of our templates, for you to change", Example: "  featherscaffold templates eject Dockerfile",
		Args: oneArg("the template's name"), ValidArgsFunction: completeTemplates,
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := projectAround(".")
			if err != nil {
				return err
			}
			if err := override.Eject(dir, args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.stdout, "created %s; change it, then featherscaffold generate\n", override.Path(args[0]))
			return err
		},
	}
}

func completeTemplates(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	ids, _ := override.IDs()
	return ids, cobra.ShellCompDirectiveNoFileComp
}

func (c *cli) templatesDiff() *cobra.Command {
	return &cobra.Command{
		Use: "diff [ID...]", Short: "Show what changed in ours since, and what you changed",
		Example:           "  featherscaffold templates diff Dockerfile",
		ValidArgsFunction: completeTemplates,
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := ownTemplates(args)
			if err != nil {
				return err
			}
			for _, t := range list {
				c.printDiff(c.stdout, diff.Unified("ours then/"+t.ID, "ours now/"+t.ID, t.Base, t.Now))
				c.printDiff(c.stdout, diff.Unified("ours then/"+t.ID, "yours/"+t.ID, t.Base, t.Own))
			}
			return nil
		},
	}
}

// ownTemplates opens the project's own templates of these names, or all.
func ownTemplates(ids []string) ([]*override.Template, error) {
	dir, err := projectAround(".")
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return override.All(dir)
	}
	list := make([]*override.Template, len(ids))
	for i, id := range ids {
		if list[i], err = override.Open(dir, id); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (c *cli) templatesMerge() *cobra.Command {
	var markers bool
	cmd := &cobra.Command{
		Use: "merge [ID...]", Short: "Bring what changed in ours into yours",
		Long: `merge brings what changed in our templates since you took them over into yours.
Where both changed the same lines it writes nothing and exits with 3; with
--markers it writes both between markers, for you to choose.`,
		Example:           "  featherscaffold templates merge\n  featherscaffold templates merge Dockerfile --markers",
		ValidArgsFunction: completeTemplates,
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := ownTemplates(args)
			if err != nil {
				return err
			}
			return c.mergeTemplates(list, markers)
		},
	}
	cmd.Flags().BoolVar(&markers, "markers", false, "write conflicts into your templates, as git has them")
	return cmd
}

func (c *cli) mergeTemplates(list []*override.Template, markers bool) error {
	code := exitOK
	for _, t := range list {
		if !t.Outdated() {
			fmt.Fprintf(c.stdout, "unchanged %s\n", t.ID)
			continue
		}
		conflicts, err := t.Merge(markers)
		if err != nil {
			return err
		}
		if len(conflicts) == 0 {
			fmt.Fprintf(c.stdout, "%s    %s\n", c.paint(c.stdout, styleChange, "merged"), t.ID)
			continue
		}
		code = exitPerson
		for _, conflict := range conflicts {
			c.templateConflict(t, conflict)
		}
	}
	return exitWith(code)
}

func (c *cli) templateConflict(t *override.Template, conflict merge.Conflict) {
	fmt.Fprintf(c.stdout, "%s  %s:%d\n", c.paint(c.stdout, styleError, "conflict"), override.Path(t.ID), conflict.Line)
	for _, side := range []struct{ sign, text string }{{"yours", conflict.User}, {"ours ", conflict.Ours}} {
		for line := range bytes.Lines([]byte(side.text)) {
			fmt.Fprintf(c.stdout, "  %s | %s\n", side.sign, strings.TrimRight(string(line), "\r\n"))
		}
	}
}
