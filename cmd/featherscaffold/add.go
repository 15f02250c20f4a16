package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/spec"
	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

// addFlags are those of all that can be added.
type addFlags struct {
	dir      string
	generate bool
}

func (c *cli) addCommand() *cobra.Command {
	var flags addFlags
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Add a service, field, method or event to the spec",
		Long: `add writes to the project's feathers.yaml and leaves your comments, order and
layout as they are. What would be wrong with the spec is said before anything
is written. Then it shows which files generate would change.`,
		Example: `  featherscaffold add service tags name:string! color:string?
  featherscaffold add field messages pinned 'bool = false' --generate`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	set := cmd.PersistentFlags()
	set.StringVar(&flags.dir, "dir", ".", "the project's `DIR`")
	set.BoolVar(&flags.generate, "generate", false, "bring the project up to the new spec at once")
	_ = cmd.MarkPersistentFlagDirname("dir")
	cmd.AddCommand(c.addServiceCommand(&flags), c.addFieldCommand(&flags), c.addMethodCommand(&flags), c.addEventCommand(&flags))
	return cmd
}

func (c *cli) addServiceCommand(flags *addFlags) *cobra.Command {
	service := specedit.Service{}
	cmd := &cobra.Command{
		Use:   "service NAME [FIELD:TYPE…]",
		Short: "Add a service with its fields",
		Example: `  featherscaffold add service tags name:string! 'color:string(..20)?' --publish everybody
  featherscaffold add service audit 'what:text!' --methods find,get`,
		Args:              atLeast(1, "the service's name"),
		ValidArgsFunction: completeTypes(flags, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			fields, err := pairs(args[1:])
			if err != nil {
				return err
			}
			service.Name, service.Fields = args[0], fields
			return c.add(cmd, flags, func(s *specedit.Spec) ([]byte, error) { return s.AddService(service) })
		},
	}
	set := cmd.Flags()
	set.StringSliceVar(&service.Methods, "methods", nil, "its standard `METHODS`; default: all but update")
	set.StringSliceVar(&service.Publish, "publish", nil, "the `CHANNELS` that hear its events; default: none")
	_ = cmd.RegisterFlagCompletionFunc("methods", cobra.FixedCompletions(spec.Methods(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (c *cli) addFieldCommand(flags *addFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "field SERVICE NAME TYPE…",
		Short: "Add a field to a service",
		Long: `field adds a field to a service. TYPE is written in the spec's field language;
several words need no quotes unless the shell reads them.`,
		Example: `  featherscaffold add field messages pinned 'bool = false'
  featherscaffold add field messages room '-> rooms!'`,
		Args:              atLeast(3, "the service, the field's name and its type"),
		ValidArgsFunction: completeService(flags, completeTypes(flags, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			typ := strings.TrimSpace(strings.Join(args[2:], " "))
			return c.add(cmd, flags, func(s *specedit.Spec) ([]byte, error) { return s.AddField(args[0], args[1], typ) })
		},
	}
}

func (c *cli) addMethodCommand(flags *addFlags) *cobra.Command {
	var in, out []string
	method := specedit.Method{}
	cmd := &cobra.Command{
		Use:   "method SERVICE NAME",
		Short: "Add a custom method, or a standard one, to a service",
		Long: `method adds a custom method to a service: data in, result out. A standard
method's name (find, get, create, update, patch, remove) is added to the list
of the methods that the service has.`,
		Example: `  featherscaffold add method rooms join --in 'room:-> rooms!' --out rooms --emits joined
  featherscaffold add method messages count --out count:int!
  featherscaffold add method messages update`,
		Args:              exactly(2, "the service and the method's name"),
		ValidArgsFunction: completeService(flags, nil),
		RunE: func(cmd *cobra.Command, args []string) error {
			method.Name = args[1]
			if err := methodData(&method, in, out); err != nil {
				return err
			}
			return c.add(cmd, flags, func(s *specedit.Spec) ([]byte, error) { return addMethod(s, args[0], method) })
		},
	}
	set := cmd.Flags()
	set.StringArrayVar(&in, "in", nil, "a field of its data, `FIELD:TYPE`; may be given again")
	set.StringArrayVar(&out, "out", nil, "its result: a field, `FIELD:TYPE`, which may be given again, or a service, or [service]")
	set.StringVar(&method.Emits, "emits", "", "the `EVENT` that is sent with the result")
	_ = cmd.RegisterFlagCompletionFunc("in", completeFieldTypes(flags))
	_ = cmd.RegisterFlagCompletionFunc("out", completeOut(flags))
	return cmd
}

func (c *cli) addEventCommand(flags *addFlags) *cobra.Command {
	return &cobra.Command{
		Use:               "event SERVICE NAME [FIELD:TYPE…]",
		Short:             "Add a custom event to a service",
		Example:           `  featherscaffold add event messages typing room:id! user:id!`,
		Args:              atLeast(2, "the service and the event's name"),
		ValidArgsFunction: completeService(flags, completeTypes(flags, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			fields, err := pairs(args[2:])
			if err != nil {
				return err
			}
			return c.add(cmd, flags, func(s *specedit.Spec) ([]byte, error) { return s.AddEvent(args[0], args[1], fields) })
		},
	}
}

// addMethod adds a custom method, or a standard one by its name.
func addMethod(s *specedit.Spec, service string, m specedit.Method) ([]byte, error) {
	if !slices.Contains(spec.Methods(), m.Name) {
		return s.AddMethod(service, m)
	}
	if m.In != nil || m.Out != nil || m.OutService != "" || m.Emits != "" {
		return nil, fmt.Errorf("%s is a standard method, which takes no --in, --out and --emits", m.Name)
	}
	return s.AddStandardMethod(service, m.Name, model.DefaultMethods())
}

// methodData sets what goes in and comes out.
func methodData(m *specedit.Method, in, out []string) (err error) {
	if m.In, err = pairs(in); err != nil {
		return err
	}
	if len(out) == 1 && !strings.Contains(out[0], ":") {
		inner, list := strings.CutPrefix(out[0], "[")
		m.OutService, m.OutList = strings.TrimSuffix(inner, "]"), list
		return nil
	}
	m.Out, err = pairs(out)
	return err
}

// pairs reads FIELD:TYPE arguments.
func pairs(args []string) (out []specedit.Pair, err error) {
	for _, arg := range args {
		name, typ, ok := strings.Cut(arg, ":")
		if !ok || name == "" || typ == "" {
			return nil, fmt.Errorf("%q is no FIELD:TYPE, as in name:string", arg)
		}
		out = append(out, specedit.Pair{Name: name, Type: strings.TrimSpace(typ)})
	}
	return out, nil
}

// add changes the spec, if the result is a right one, and shows or does what
// follows for the project.
func (c *cli) add(cmd *cobra.Command, flags *addFlags, change func(*specedit.Spec) ([]byte, error)) error {
	path, before, err := readSpec(flags.dir)
	if err != nil {
		return err
	}
	s, diags := specedit.Open(path, before)
	if s == nil {
		return c.diagnose(diags)
	}
	after, err := change(s)
	if errors.Is(err, specedit.ErrLayout) {
		return fmt.Errorf("%s: %w; nothing was written", path, err)
	}
	if err != nil {
		return err
	}
	if _, err := c.check(path, after); err != nil {
		return err
	}
	if err := writeSpec(path, after); err != nil {
		return err
	}
	c.added(path, string(before), string(after))
	return c.follow(cmd, flags)
}

// added prints the lines that are new, with their numbers.
func (c *cli) added(path, before, after string) {
	old, now := strings.Split(before, "\n"), strings.Split(after, "\n")
	start := 0
	for start < len(old) && old[start] == now[start] {
		start++
	}
	end := 0
	for end < len(old)-start && old[len(old)-1-end] == now[len(now)-1-end] {
		end++
	}
	for i, line := range now[start : len(now)-end] {
		if line = strings.TrimRight(line, "\r"); line != "" {
			fmt.Fprintf(c.stdout, "%s:%d: %s\n", path, start+i+1, c.paint(c.stdout, styleCreate, line))
		}
	}
}

// follow generates, or shows what generate would do and asks on a terminal.
func (c *cli) follow(cmd *cobra.Command, flags *addFlags) error {
	if flags.generate {
		return c.generate(cmd.Context(), flags.dir, generateFlags{})
	}
	if err := c.generate(cmd.Context(), flags.dir, generateFlags{dryRun: true}); err != nil {
		return err
	}
	if c.interactive(cmd.InOrStdin()) {
		yes, err := newPrompt(cmd.InOrStdin(), c.stdout).yes("Generate now?", true)
		if errors.Is(err, errNoAnswer) {
			return nil // /dev/null looks like a terminal
		}
		if err != nil || !yes {
			return err
		}
		return c.generate(cmd.Context(), flags.dir, generateFlags{})
	}
	command := "featherscaffold generate"
	if flags.dir != "." {
		command += " " + quoteArg(flags.dir)
	}
	_, err := fmt.Fprintf(c.stdout, "\n%s writes them.\n", c.paint(c.stdout, styleCommand, command))
	return err
}
