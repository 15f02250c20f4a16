package main

import (
	"slices"
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
func (c *cli) completeService(flags *addFlags, next completion) completion {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == 0:
			return c.completeServiceNames(flags)(cmd, args, word)
		case next != nil:
			return next(cmd, args, word)
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

func (c *cli) completeServiceNames(flags *addFlags) completion {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		path, text, err := readSpec(flags.dir)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		s, _ := specedit.Open(path, text)
		if s == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return s.Services(), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeTypes completes the arguments from the n-th on: field types, alone
// or behind FIELD: .
func completeTypes(n int) completion {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) < n {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		if cmd.Name() == "field" {
			return slices.Concat(spec.Types(), spec.Modifiers()), cobra.ShellCompDirectiveNoFileComp
		}
		name, _, named := strings.Cut(word, ":")
		if !named {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		out := spec.Types()
		for i := range out {
			out[i] = name + ":" + out[i]
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
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
