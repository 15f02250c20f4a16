package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/golden"
	"github.com/featherscaffold/featherscaffold/generator/project"
)

// committed is what golden compares with when no folder is named.
const committed = "tree"

// goldenFlags are those of golden.
type goldenFlags struct {
	against              string
	update, json, github bool
}

func (c *cli) goldenCommand() *cobra.Command {
	var flags goldenFlags
	cmd := &cobra.Command{
		Use:   "golden [DIR]",
		Short: "Compare a project with what its spec makes, for CI",
		Long: `golden makes the files of DIR's spec in memory and compares them with those in
DIR: generated files must be equal, and what you changed in files that are
yours is no difference. With --against FOLDER it compares every file, byte for
byte, with a folder that --update has recorded. It prints what differs as a
unified diff, and changes nothing in DIR.

Exit status: 0 equal, 1 failed, 2 different, 4 the spec has errors.`,
		Example: `  featherscaffold golden                                  # is what is committed up to date?
  featherscaffold golden --github                         # with annotations in a pull request
  featherscaffold golden --against testdata/golden --update
  featherscaffold golden --against testdata/golden        # does this version make the same?`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(_ *cobra.Command, args []string) error {
			return c.golden(dirOf(args), flags)
		},
	}
	set := cmd.Flags()
	set.StringVar(&flags.against, "against", committed, "compare with `FOLDER`, or with tree, the project itself")
	set.BoolVar(&flags.update, "update", false, "record the files in the folder; what it has beside them is removed")
	set.BoolVar(&flags.json, "json", false, "print the differences as JSON")
	set.BoolVar(&flags.github, "github", false, "print annotations for GitHub, too")
	cmd.MarkFlagsMutuallyExclusive("json", "github")
	_ = cmd.MarkFlagDirname("against")
	return cmd
}

func (c *cli) golden(dir string, flags goldenFlags) error {
	if flags.update && flags.against == committed {
		return errors.New("--update wants --against FOLDER; featherscaffold generate brings the project itself up to its spec")
	}
	g, err := c.open(dir, "", true)
	if err != nil {
		return err
	}
	defer g.close()
	if err := c.diagnose(g.diags); err != nil {
		return err
	}
	if flags.update {
		return c.record(flags.against, g)
	}
	list, fix := []golden.Difference(nil), "featherscaffold generate"
	if flags.against == committed {
		list, err = g.differences()
	} else {
		list, err = recordedDifferences(flags.against, g)
		dir, fix = flags.against, "--update"
	}
	if err != nil {
		return err
	}
	if err := c.differences(dir, list, len(g.out.Files), fix, flags); err != nil {
		return err
	}
	if len(list) > 0 {
		return exitError{exitPending}
	}
	return nil
}

// record writes the files of a rendering to a golden folder.
func (c *cli) record(folder string, g *generation) error {
	written, removed, err := golden.Record(folder, g.out.Files)
	if errors.Is(err, golden.ErrForeign) {
		return fmt.Errorf("--update %s: %w; name a folder that is empty or missing", folder, err)
	}
	if err != nil {
		return fmt.Errorf("record %s: %w", folder, err)
	}
	_, err = fmt.Fprintf(c.stdout, "%s: %s written, %d removed, %d as they were\n",
		folder, count(written, "file"), removed, len(g.out.Files)-written)
	return err
}

func recordedDifferences(folder string, g *generation) ([]golden.Difference, error) {
	recorded, err := golden.Read(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s; --update records it", folder)
	}
	if err != nil {
		return nil, err
	}
	return golden.Compare(recorded, g.out.Files), nil
}

// differences returns what of a project is not as its spec makes it.
func (g *generation) differences() ([]golden.Difference, error) {
	p, err := g.compare(project.CompareOptions{})
	if err != nil {
		return nil, err
	}
	var list []golden.Difference
	for _, change := range p.Changes {
		switch change.Action {
		case project.Keep:
		case project.Create:
			list = append(list, golden.Difference{Path: change.Path, Kind: golden.Missing, Reason: change.Reason})
		case project.Delete, project.Orphan:
			list = append(list, golden.Difference{Path: change.Path, Kind: golden.Extra, Reason: change.Reason})
		default:
			list = append(list, golden.Changed(change.Path, change.Reason, change.Before(), change.After()))
		}
	}
	if len(list) == 0 && !p.Empty() {
		list = append(list, golden.Difference{Path: ".featherscaffold/lock", Kind: golden.Different, Reason: "out of date"})
	}
	golden.Sort(list)
	return list, nil
}

// differences prints what was found in a folder.
func (c *cli) differences(dir string, list []golden.Difference, files int, fix string, flags goldenFlags) error {
	if flags.json {
		e := json.NewEncoder(c.stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			Files       int                 `json:"files"`
			Differences []golden.Difference `json:"differences"`
		}{files, append([]golden.Difference{}, list...)})
	}
	for _, d := range list {
		c.difference(d)
	}
	if flags.github {
		for _, d := range list {
			fmt.Fprintln(c.stdout, annotation(dir, d, fix))
		}
	}
	if len(list) == 0 {
		fmt.Fprintf(c.stdout, "%s as the spec makes them\n", count(files, "file"))
		return nil
	}
	fmt.Fprintf(c.stdout, "%s not as the spec makes them; %s brings them up\n", count(len(list), "file"), fix)
	return nil
}

var kindStyles = map[golden.Kind]string{golden.Different: styleChange, golden.Missing: styleCreate, golden.Extra: styleDelete}

func (c *cli) difference(d golden.Difference) {
	reason := ""
	if d.Reason != "" {
		reason = " (" + d.Reason + ")"
	}
	fmt.Fprintf(c.stdout, "%s%s%s%s\n", c.paint(c.stdout, kindStyles[d.Kind], string(d.Kind)),
		strings.Repeat(" ", 10-len(d.Kind)), d.Path, reason)
	c.printDiff(c.stdout, []byte(d.Diff))
}

// annotation is a line by which GitHub shows a difference beside the file.
func annotation(dir string, d golden.Difference, fix string) string {
	message := "not as the spec makes it"
	switch d.Kind {
	case golden.Missing:
		message = "the spec makes this file, and it is not there"
	case golden.Extra:
		message = "the spec does not make this file"
	}
	if d.Reason != "" {
		message += ": " + d.Reason
	}
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	file := filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(d.Path)))
	return fmt.Sprintf("::error file=%s,line=%d,title=featherscaffold::%s",
		property.Replace(file), max(1, d.Line), data.Replace(message+"; "+fix+" brings it up"))
}
