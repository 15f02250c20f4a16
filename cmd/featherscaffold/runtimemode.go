package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold"
	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/gomod"
	"github.com/featherscaffold/featherscaffold/generator/plan"
)

const runtimeModule = "github.com/featherscaffold/featherscaffold"

func addRuntimeFlag(cmd *cobra.Command, value *string, fallback string) {
	cmd.Flags().StringVar(value, "runtime", "", "how the project gets at the runtime: `MODE` is copy (its source, in the project), module (a released version) or the path of a checkout; default: "+fallback)
	_ = cmd.RegisterFlagCompletionFunc("runtime", cobra.FixedCompletions([]string{"copy", "module"}, cobra.ShellCompDirectiveDefault))
}

// runtimeFor turns what the user asked for by flag ("" for nothing), or else
// what the project has, into how the project gets at the runtime.
func (c *cli) runtimeFor(dir, flag, locked string) (generator.Runtime, error) {
	rt := generator.Runtime{Source: featherscaffold.Source}
	mode := flag
	if mode == "" {
		var path string
		mode, path, _ = strings.Cut(locked, " ")
		if mode == string(plan.Path) {
			rt.Mode, rt.Path = plan.Path, path
			return rt, nil
		}
	}
	if mode == "" {
		mode = c.defaultRuntime()
	}
	switch mode {
	case string(plan.Copy):
		rt.Mode = plan.Copy
		return rt, nil
	case string(plan.Module):
		if !c.build.released() {
			return rt, errors.New("--runtime module: this featherscaffold is a development build, whose version the go command can not fetch; use --runtime copy")
		}
		rt.Mode, rt.Version, rt.Sum = plan.Module, c.build.version, c.build.sum
		return rt, nil
	}
	path, err := replacePath(dir, mode)
	rt.Mode, rt.Path = plan.Path, path
	return rt, err
}

func (c *cli) defaultRuntime() string {
	if c.build.released() {
		return string(plan.Module)
	}
	return string(plan.Copy)
}

// runtimeLine is how the lock names a runtime.
func runtimeLine(rt generator.Runtime) string {
	if rt.Mode == plan.Path {
		return string(plan.Path) + " " + rt.Path
	}
	return string(rt.Mode)
}

// replacePath checks that a checkout of the runtime is at path, and returns
// the path as a go.mod below dir has to name it.
func replacePath(dir, path string) (string, error) {
	data, err := os.ReadFile(filepath.Join(path, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("--runtime %s: want copy, module or the path of a checkout of %s: %w", path, runtimeModule, err)
	}
	if got := gomod.ModulePath(data); got != runtimeModule {
		return "", fmt.Errorf("--runtime %s: the folder holds the module %q, not %s", path, got, runtimeModule)
	}
	if filepath.IsAbs(path) {
		return filepath.ToSlash(filepath.Clean(path)), nil
	}
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(from, to)
	if err != nil {
		return "", fmt.Errorf("--runtime %s: %w", path, err)
	}
	rel = filepath.ToSlash(rel)
	if !strings.HasPrefix(rel, "../") && rel != ".." {
		rel = "./" + rel
	}
	return rel, nil
}
