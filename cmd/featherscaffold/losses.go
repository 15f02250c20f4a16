package main

import (
	"fmt"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/project"
)

// stopForLosses says why a run wrote nothing.
func (c *cli) stopForLosses(g *generation, p *project.Plan, flags generateFlags) error {
	if flags.json {
		return c.reportJSON(g, p, flags, false, exitPerson)
	}
	c.reportSchema(g.out, flags)
	return exitError{exitPerson}
}

// reportSchema prints what records in a database lose, and what looks like a
// rename.
func (c *cli) reportSchema(out *generator.Output, flags generateFlags) {
	losses := out.Losses()
	for _, l := range losses {
		at := l.Service()
		if l.Field() != "" {
			at += "." + l.Field()
		}
		fmt.Fprintf(c.stdout, "%s   %s (%s: %s)\n", c.paint(c.stdout, styleDelete, "at risk"), at, l.Kind, l.Loses)
	}
	stopped := len(losses) > 0 && !flags.loseData
	if stopped {
		fmt.Fprintln(c.stdout, "nothing was written: records in a database are at risk; --accept-data-loss goes ahead")
	}
	if len(out.Guesses) == 0 {
		return
	}
	advice := "If that is a rename, add it"
	if !stopped && !flags.readOnly() {
		advice = "If that is a rename, run featherscaffold undo and add it"
	}
	fmt.Fprintf(c.stdout, "%s to %s, and code and records follow:\n  moved:\n", advice, specName)
	for _, guess := range out.Guesses {
		fmt.Fprintf(c.stdout, "    %s\n", guess.Entry())
	}
}
