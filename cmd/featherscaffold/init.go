package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

// initFlags are those of init: the answers, "" for not given, and those that
// it shares with new.
type initFlags struct {
	newFlags
	answers map[string]*string // by the question's flag
	yes     bool
}

func (c *cli) initCommand() *cobra.Command {
	flags := initFlags{answers: map[string]*string{}}
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a new project by answering questions",
		Long: `init asks what the app is to be and makes a project in the folder DIR (the
current one by default), which must be empty or missing. What is given by flag
is not asked for. Without a terminal nothing is asked: then every answer needs
its flag, or --yes. At the end it prints the command that does the same again.`,
		Example: `  featherscaffold init shop
  featherscaffold init shop --store memory --auth local --yes`,
		Args:              optionalDir,
		ValidArgsFunction: completeDirs,
		RunE: func(cmd *cobra.Command, args []string) error {
			var ask *prompt
			if stdin := cmd.InOrStdin(); c.interactive(stdin) {
				ask = newPrompt(stdin, c.stdout)
			}
			return c.init(dirOf(args), flags, ask)
		},
	}
	set := cmd.Flags()
	for _, q := range questions {
		flags.answers[q.flag] = set.String(q.flag, "", q.help())
		_ = cmd.RegisterFlagCompletionFunc(q.flag, cobra.FixedCompletions(q.choices, cobra.ShellCompDirectiveNoFileComp))
	}
	set.BoolVarP(&flags.yes, "yes", "y", false, "take the usual answer for what is not given, and ask nothing")
	set.BoolVar(&flags.adopt, "adopt", false, "make the project among the files that DIR has; what is replaced is kept in .featherscaffold/backup")
	addRuntimeFlag(cmd, &flags.runtime, c.defaultRuntime())
	return cmd
}

// init makes a project of answers. ask is nil when there is nobody to ask.
func (c *cli) init(dir string, flags initFlags, ask *prompt) error {
	if err := checkNew(dir, flags.adopt); err != nil {
		return err
	}
	if flags.yes {
		ask = nil
	}
	a, err := c.answer(dir, flags, ask)
	if err != nil {
		return err
	}
	s := &newSpec{text: specedit.WithSchemaLine(a.spec()), name: a["name"]}
	if _, err := c.check(specName, s.text); err != nil {
		return err
	}
	p, err := c.scaffold(dir, s, flags.newFlags)
	if err != nil {
		return err
	}
	c.changes(c.stdout, p.Changes, false)
	c.nextSteps(dir, s)
	_, err = fmt.Fprintf(c.stdout, "\nThe same again, without questions:\n\n    %s\n", c.paint(c.stdout, styleCommand, a.command(dir, flags)))
	return err
}

// checkNew refuses a folder that is not new, before anything is asked.
func checkNew(dir string, adopt bool) error {
	folder, err := project.Open(dir, project.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	return checkEmpty(folder, dir, adopt)
}

// answer gathers the answers: from the flags, from the person, or the usual
// ones.
func (c *cli) answer(dir string, flags initFlags, ask *prompt) (answers, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	a := answers{"folder": filepath.Base(abs)}
	var missing []string
	for _, q := range questions {
		given := *flags.answers[q.flag]
		usual, possible := q.usual(a)
		switch {
		case given != "":
			a[q.flag] = given
			if err := q.check(given); err != nil {
				return nil, fmt.Errorf("--%s %s: %w", q.flag, given, err)
			}
		case flags.yes || len(possible) == 1:
			a[q.flag] = usual
		case ask == nil:
			missing = append(missing, "--"+q.flag)
			a[q.flag] = usual
		default:
			if a[q.flag], err = ask.question(q, usual, possible); err != nil {
				return nil, err
			}
		}
	}
	if missing != nil {
		return nil, fmt.Errorf("there is no terminal to ask at: give %s, or --yes for the usual answers", strings.Join(missing, ", "))
	}
	return a, nil
}

// question asks until the answer is a possible one.
func (p *prompt) question(q question, usual string, possible []string) (string, error) {
	text := q.text
	if possible != nil {
		text += " (" + strings.Join(possible, ", ") + ")"
	}
	for {
		answer, err := p.ask(text, usual)
		if err != nil {
			return "", err
		}
		answer = strings.Join(strings.FieldsFunc(answer, func(r rune) bool { return r == ' ' || r == ',' }), ",")
		err = q.check(answer)
		if err == nil && possible != nil && !q.several && !slices.Contains(possible, answer) {
			err = fmt.Errorf("that does not go with the other answers")
		}
		if err == nil {
			return answer, nil
		}
		fmt.Fprintf(p.out, "  %s: %v.\n", answer, err)
	}
}

// command is the command line that gives the same answers.
func (a answers) command(dir string, flags initFlags) string {
	var b strings.Builder
	b.WriteString("featherscaffold init " + quoteArg(dir))
	for _, q := range questions {
		fmt.Fprintf(&b, " --%s %s", q.flag, quoteArg(a[q.flag]))
	}
	if flags.runtime != "" {
		b.WriteString(" --runtime " + quoteArg(flags.runtime))
	}
	if flags.adopt {
		b.WriteString(" --adopt")
	}
	return b.String()
}
