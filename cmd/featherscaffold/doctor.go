package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The states of a finding.
const (
	stateOK   = "ok"
	stateWarn = "warn"
	stateFail = "fail"
)

var stateStyles = map[string]string{stateOK: styleCreate, stateWarn: styleChange, stateFail: styleError}

// A finding is what one check of doctor says.
type finding struct {
	Check string `json:"check"`
	State string `json:"state"`
	Text  string `json:"text"`
	Fix   string `json:"fix,omitempty"` // what to do, "" when nothing is to do
}

// findings gather what the checks say.
type findings []finding

func (f *findings) ok(check, format string, args ...any) {
	*f = append(*f, finding{check, stateOK, fmt.Sprintf(format, args...), ""})
}

func (f *findings) warn(check, fix, format string, args ...any) {
	*f = append(*f, finding{check, stateWarn, fmt.Sprintf(format, args...), fix})
}

func (f *findings) fail(check, fix, format string, args ...any) {
	*f = append(*f, finding{check, stateFail, fmt.Sprintf(format, args...), fix})
}

func (f findings) count(state string) int {
	n := 0
	for _, one := range f {
		if one.State == state {
			n++
		}
	}
	return n
}

func (c *cli) doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor [DIR]",
		Short: "Check what a project needs to build and to run",
		Long: `doctor checks, for the project in DIR, the Go command, the spec, the files
against the lock, the runtime's version, the settings in .env, and whether the
broker and the database that they name answer and the port is free. It changes
nothing. Each line that is not ok says what to do.

Settings are those of make run: .env, then the environment, then the defaults.

Exit status: 0 fine, warnings included; 1 something failed.`,
		Example: `  featherscaffold doctor
  featherscaffold doctor ./chat --json`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.doctor(cmd.Context(), dirOf(args), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

func (c *cli) doctor(ctx context.Context, dir string, asJSON bool) error {
	var f findings
	f.goCommand(ctx, dir)
	if g := c.examine(&f, dir); g != nil {
		defer g.close()
		c.examineRuntime(&f, dir, g.runtime)
		f.templates(dir)
		f.settings(ctx, dir, g.content(".env.example"))
	}
	if err := c.findings(f, asJSON); err != nil {
		return err
	}
	if f.count(stateFail) > 0 {
		return exitError{exitFailure}
	}
	return nil
}

func (c *cli) findings(f findings, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(c.stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(f)
	}
	for _, one := range f {
		fmt.Fprintf(c.stdout, "%s%s%-10s%s\n", c.paint(c.stdout, stateStyles[one.State], one.State),
			strings.Repeat(" ", 6-len(one.State)), one.Check, one.Text)
		if one.Fix != "" {
			fmt.Fprintf(c.stdout, "%16s%s\n", "", one.Fix)
		}
	}
	_, err := fmt.Fprintf(c.stdout, "%s: %d failed, %s\n", count(len(f), "check"), f.count(stateFail), count(f.count(stateWarn), "warning"))
	return err
}
