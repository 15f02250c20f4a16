package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/explain"
	"github.com/featherscaffold/featherscaffold/generator/spec"
	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

// completion is what cobra asks for the words that fit.
type completion = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeService completes the first argument with the spec's services, and
// others by next, nil for not at all.
func completeService(flags *addFlags, next completion) completion {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == 0:
			return serviceNames(flags.dir), cobra.ShellCompDirectiveNoFileComp
		case next != nil:
			return next(cmd, args, word)
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeOut completes a method's result: a service, or FIELD:TYPE.
func completeOut(flags *addFlags) completion {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		if strings.Contains(word, ":") {
			return fieldTypes(flags, word)
		}
		return serviceNames(flags.dir), cobra.ShellCompDirectiveNoFileComp
	}
}

// serviceNames returns the names of a project's services, none when its spec
// can not be read.
func serviceNames(dir string) []string {
	path, text, err := readSpec(dir)
	if err != nil {
		return nil
	}
	s, _ := specedit.Open(path, text)
	if s == nil {
		return nil
	}
	return s.Services()
}

// completeTypes completes the arguments from the n-th on: the words of a
// field's type one by one, or FIELD:TYPE.
func completeTypes(flags *addFlags, n int) completion {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) < n:
		case cmd.Name() != "field":
			return fieldTypes(flags, word)
		case len(args) == n:
			return types(flags.dir), cobra.ShellCompDirectiveNoFileComp
		default:
			return spec.Modifiers(), cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeFieldTypes completes a flag's FIELD:TYPE.
func completeFieldTypes(flags *addFlags) completion {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return fieldTypes(flags, word)
	}
}

func fieldTypes(flags *addFlags, word string) ([]string, cobra.ShellCompDirective) {
	name, _, named := strings.Cut(word, ":")
	if !named {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	out := types(flags.dir)
	for i := range out {
		out[i] = name + ":" + out[i]
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// types returns the types that a field may have, services included.
func types(dir string) []string {
	out := spec.Types()
	for _, name := range serviceNames(dir) {
		out = append(out, "->"+name)
	}
	return out
}

// completeCodes completes codes of diagnostics, and files.
func completeCodes(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return codeNames(), cobra.ShellCompDirectiveDefault
}

func codeNames() (names []string) {
	for _, code := range explain.Codes() {
		names = append(names, code.Name)
	}
	return names
}
