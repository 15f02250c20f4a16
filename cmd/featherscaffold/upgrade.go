package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/override"
	"github.com/featherscaffold/featherscaffold/generator/project"
)

// upgradeFlags are those of upgrade.
type upgradeFlags struct{ explain, diff bool }

func (c *cli) upgradeCommand() *cobra.Command {
	var flags upgradeFlags
	cmd := &cobra.Command{
		Use:   "upgrade [DIR]",
		Short: "Bring a project up to this version of featherscaffold",
		Long: `upgrade makes a project that an older featherscaffold wrote one of this version:
it has go.mod require the runtime of this version, or copies it anew, and
generates. With --explain it writes nothing and tells which templates have
changed since the project was written, and what that does to its files.

Exit status: that of generate.`,
		Example: `  go install ` + runtimeModule + `/cmd/featherscaffold@latest
  featherscaffold upgrade --explain --diff
  featherscaffold upgrade`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.upgrade(cmd.Context(), dirOf(args), flags)
		},
	}
	set := cmd.Flags()
	set.BoolVar(&flags.explain, "explain", false, "tell what would change and why, and write nothing")
	set.BoolVar(&flags.diff, "diff", false, "show the changes of each file, too")
	return cmd
}

func (c *cli) upgrade(ctx context.Context, dir string, flags upgradeFlags) error {
	g, err := c.open(dir, "", true)
	if err != nil {
		return err
	}
	defer g.close()
	if !g.folder.Exists() {
		return fmt.Errorf("%s holds no project yet; featherscaffold generate makes it", dir)
	}
	if err := c.diagnose(g.diags); err != nil {
		return err
	}
	c.versions(g)
	if flags.explain {
		if err := c.explainUpgrade(g, flags.diff); err != nil {
			return err
		}
		return c.outdatedTemplates(dir)
	}
	if err := c.generate(ctx, dir, generateFlags{diff: flags.diff}); err != nil {
		return err
	}
	return c.outdatedTemplates(dir)
}

// versions prints from which version to which a project goes.
func (c *cli) versions(g *generation) {
	was := cmp.Or(g.folder.Generator(), "an unknown version")
	if was == c.build.version {
		fmt.Fprintf(c.stdout, "written by featherscaffold %s, as this one\n", was)
		return
	}
	fmt.Fprintf(c.stdout, "from featherscaffold %s to %s\n", was, c.build.version)
}

// explainUpgrade prints the changes that come from templates, by template, and
// then those that have other reasons.
func (c *cli) explainUpgrade(g *generation, diff bool) error {
	p, err := g.compare(project.CompareOptions{})
	if err != nil {
		return err
	}
	byTemplate, others := map[string][]project.Change{}, []project.Change{}
	for _, change := range p.Changes {
		was, name := g.folder.Template(change.Path), templateName(change.Template)
		if change.Template == "" || was == change.Template || change.Action == project.Keep {
			others = append(others, change)
			continue
		}
		byTemplate[name] = append(byTemplate[name], change)
	}
	for _, name := range slices.Sorted(maps.Keys(byTemplate)) {
		fmt.Fprintf(c.stdout, "\ntemplate %s %s:\n", name, sinceWhen(g.folder.Template(byTemplate[name][0].Path), name))
		c.changes(c.stdout, byTemplate[name], true)
		if diff {
			c.diff(byTemplate[name], nil)
		}
	}
	if others = slices.DeleteFunc(others, func(change project.Change) bool { return change.Action == project.Keep }); len(others) > 0 {
		fmt.Fprintln(c.stdout, "\nfor other reasons, such as the spec or the runtime:")
		c.changes(c.stdout, others, true)
		if diff {
			c.diff(others, nil)
		}
	}
	if len(byTemplate)+len(others) == 0 {
		fmt.Fprintln(c.stdout, "no file would change")
	}
	return nil
}

// templateName is a template without its hash.
func templateName(template string) string {
	name, _, _ := strings.Cut(template, "@")
	return name
}

// sinceWhen says what happened to a template, by what it was in the lock.
func sinceWhen(was, name string) string {
	switch templateName(was) {
	case "":
		return "is new for the project"
	case name:
		return "has changed"
	}
	return "takes the place of " + templateName(was)
}

// outdatedTemplates names the project's own templates of which ours has
// changed.
func (c *cli) outdatedTemplates(dir string) error {
	list, err := override.All(dir)
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.Outdated() {
			fmt.Fprintf(c.stdout, "ours has changed since you took over the template %s: featherscaffold templates merge %s\n", t.ID, t.ID)
		}
	}
	return nil
}
