package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

func (c *cli) fmtCommand() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "fmt [FILE]",
		Short: "Format the spec",
		Long: `fmt gives the spec (feathers.yaml of the current folder by default) its canonical
layout: two columns a level, one space within brackets, at most one blank line,
nothing at line ends. It moves white space and nothing else, and aligned values
stay. A spec where that could change what it says is left as it is.

Exit status: 0 done, 1 failed, 2 the file would change (--check), 4 the spec is
no YAML.`,
		Example: `  featherscaffold fmt
  featherscaffold fmt --check chat/feathers.yaml     # in CI: exits 2 when it is not formatted`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) <= 1 {
				return nil
			}
			return fmt.Errorf("want at most one argument, the spec, got %d (see %s --help)", len(args), cmd.CommandPath())
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return c.format(dirOf(args), check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing, and exit with 2 when the file is not formatted")
	return cmd
}

// format formats a spec, or that of a folder.
func (c *cli) format(path string, check bool) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, specName)
	}
	text, err := readSpecFile(path)
	if err != nil {
		return err
	}
	out, diags, err := specedit.Format(path, text)
	switch {
	case errors.Is(err, specedit.ErrLayout):
		_, err = fmt.Fprintf(c.stderr, "%s is left as it is: formatting it could change what it says\n", path)
		return err
	case err != nil:
		return err
	case diags.HasErrors():
		return c.diagnose(diags)
	case bytes.Equal(out, text):
		return nil
	case check:
		c.change(path, "would format")
		return exitError{exitPending}
	}
	if err := writeSpec(path, out); err != nil {
		return err
	}
	c.change(path, "formatted")
	return nil
}

func (c *cli) change(path, what string) {
	fmt.Fprintf(c.stdout, "%s %s\n", c.paint(c.stdout, styleChange, what), path)
}
