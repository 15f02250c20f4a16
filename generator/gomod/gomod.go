// Package gomod keeps a project's go.mod and go.sum right when both the user
// and the generator write to them. It works on bytes alone and knows no files.
package gomod

import (
	"fmt"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// Merge brings a user's go.mod up to what the generator asks for.
//
// base is what the generator asked for last time (nil when unknown), current
// is the user's file, ours is what the generator asks for now. Every line of
// the user's stays, comments included, save for these:
//   - a module that ours requires is required at least at ours' version;
//   - a requirement of base's that ours no longer has, and that the user left
//     at base's version, goes;
//   - a replacement of ours' is set, one that only base has goes, unless the
//     user changed it and ours did not;
//   - the module path follows ours where the user left it at base's, and the
//     go version is raised to ours.
//
// When nothing has to change, the result holds exactly current's bytes. The
// error is about the first file that does not parse and names it.
func Merge(base, current, ours []byte) ([]byte, error) {
	b := &modfile.File{}
	if base != nil {
		var err error
		if b, err = parse("the last go.mod of the generator", base); err != nil {
			return nil, err
		}
	}
	cur, err := parse("go.mod", current)
	if err != nil {
		return nil, err
	}
	our, err := parse("the generator's go.mod", ours)
	if err != nil {
		return nil, err
	}
	m := merger{base: b, cur: cur, ours: our}
	steps := []func() error{m.module, m.goVersion, m.requires, m.replaces}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, fmt.Errorf("merge go.mod: %w", err)
		}
	}
	if !m.changed {
		return current, nil
	}
	cur.Cleanup()
	merged := modfile.Format(cur.Syntax)
	if _, err := parse("the merged go.mod", merged); err != nil {
		return nil, err
	}
	return merged, nil
}

func parse(name string, data []byte) (*modfile.File, error) {
	f, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, fmt.Errorf("parse %w", err)
	}
	if f.Module == nil {
		return nil, fmt.Errorf("parse %s: no module line", name)
	}
	return f, nil
}

// A merger edits cur until it holds what ours asks for.
type merger struct {
	base, cur, ours *modfile.File
	changed         bool
}

func (m *merger) module() error {
	want, got := m.ours.Module.Mod.Path, m.cur.Module.Mod.Path
	if got == want || m.base.Module == nil || got != m.base.Module.Mod.Path {
		return nil
	}
	m.changed = true
	return m.cur.AddModuleStmt(want)
}

func (m *merger) goVersion() error {
	if m.ours.Go == nil {
		return nil
	}
	want := m.ours.Go.Version
	if m.cur.Go != nil && compareGo(m.cur.Go.Version, want) >= 0 {
		return nil
	}
	m.changed = true
	return m.cur.AddGoStmt(want)
}

func (m *merger) requires() error {
	merged, changed := mergeRequires(m.base.Require, m.cur.Require, m.ours.Require)
	if changed {
		m.cur.SetRequireSeparateIndirect(merged)
		m.changed = true
	}
	return nil
}

// mergeRequires returns the requirements that cur should have, in cur's order
// with new ones after, and whether they differ from cur.
func mergeRequires(base, cur, ours []*modfile.Require) (merged []*modfile.Require, changed bool) {
	baseVersion := versions(base)
	wanted := map[string]*modfile.Require{}
	for _, r := range ours {
		wanted[r.Mod.Path] = r
	}
	seen := map[string]bool{}
	for _, r := range cur {
		path := r.Mod.Path
		want := wanted[path]
		if want == nil && baseVersion[path] == r.Mod.Version {
			changed = true
			continue
		}
		seen[path] = true
		next := &modfile.Require{Mod: r.Mod, Indirect: r.Indirect}
		if want != nil {
			next.Indirect = r.Indirect && want.Indirect
			if semver.Compare(want.Mod.Version, r.Mod.Version) > 0 {
				next.Mod.Version = want.Mod.Version
			}
		}
		changed = changed || next.Mod != r.Mod || next.Indirect != r.Indirect
		merged = append(merged, next)
	}
	for _, r := range ours {
		if !seen[r.Mod.Path] {
			seen[r.Mod.Path] = true
			merged = append(merged, &modfile.Require{Mod: r.Mod, Indirect: r.Indirect})
			changed = true
		}
	}
	return merged, changed
}

func versions(requires []*modfile.Require) map[string]string {
	v := map[string]string{}
	for _, r := range requires {
		v[r.Mod.Path] = r.Mod.Version
	}
	return v
}

func (m *merger) replaces() error {
	base, cur, ours := targets(m.base), targets(m.cur), targets(m.ours)
	for _, r := range m.ours.Replace {
		got, has := cur[r.Old]
		old, had := base[r.Old]
		usersOwn := got != old || has != had
		if got == r.New && has || usersOwn && had && old == r.New {
			continue
		}
		m.changed = true
		if err := m.cur.AddReplace(r.Old.Path, r.Old.Version, r.New.Path, r.New.Version); err != nil {
			return err
		}
	}
	for _, r := range m.base.Replace {
		got, has := cur[r.Old]
		if _, stays := ours[r.Old]; stays || !has || got != r.New {
			continue
		}
		m.changed = true
		if err := m.cur.DropReplace(r.Old.Path, r.Old.Version); err != nil {
			return err
		}
	}
	return nil
}

// targets maps what a file replaces to what it replaces it with.
func targets(f *modfile.File) map[module.Version]module.Version {
	t := map[module.Version]module.Version{}
	for _, r := range f.Replace {
		t[r.Old] = r.New
	}
	return t
}

// ModulePath returns the module path of a go.mod, "" when it has none that can
// be read.
func ModulePath(mod []byte) string { return modfile.ModulePath(mod) }
