package merge

import (
	"fmt"
	"slices"
	"strings"
)

// Go merges Go source declaration by declaration, by the names that they
// declare: it does not matter where they stand. Imports are merged as a set.
// Where both changed a declaration its lines are merged; when that fails, all
// of the user's declaration stays. The error is about a version that does not
// parse, or about one that can not be merged so; Lines is left then.
func Go(base, user, ours []byte) (merged []byte, conflicts []Conflict, err error) {
	return mergeGo(base, user, ours, keepUser)
}

// GoMarkers merges as Go does, and writes both versions of a conflict between
// markers as git does.
func GoMarkers(base, user, ours []byte) (merged []byte, conflicts []Conflict, err error) {
	return mergeGo(base, user, ours, markers)
}

func mergeGo(base, user, ours []byte, s style) ([]byte, []Conflict, error) {
	if merged, ok := trivial(base, user, ours); ok {
		return merged, nil, nil
	}
	files, err := parseAll(base, user, ours)
	if err != nil {
		return nil, nil, err
	}
	// What is imported depends on what is used, which is seen without markers.
	m, err := files.declarations(keepUser)
	if err != nil {
		return nil, nil, err
	}
	imports, err := files.imports(m.edits)
	if err != nil {
		return nil, nil, err
	}
	if s == markers {
		if m, err = files.declarations(markers); err != nil {
			return nil, nil, err
		}
	}
	edits := append(m.edits, imports...)
	if err := sortEdits(edits); err != nil {
		return nil, nil, err
	}
	merged := files.user.apply(edits)
	if s == keepUser || len(m.conflicts) == 0 {
		if _, err := parse(merged); err != nil {
			return nil, nil, fmt.Errorf("merged source: %w", err)
		}
	}
	return merged, m.report(edits), nil
}

// versions are the three versions of a Go file.
type versions struct{ base, user, ours *file }

// parseAll parses three versions, and makes base and ours call what they
// import as the user does.
func parseAll(base, user, ours []byte) (v versions, err error) {
	for _, p := range []struct {
		name string
		src  []byte
		to   **file
	}{{"the last version of the generator's", base, &v.base}, {"the user's version", user, &v.user}, {"the generator's version", ours, &v.ours}} {
		if *p.to, err = parse(p.src); err != nil {
			return v, fmt.Errorf("parse %s: %w", p.name, err)
		}
	}
	if v.base, err = v.base.localise(v.user); err != nil {
		return v, err
	}
	v.ours, err = v.ours.localise(v.user)
	return v, err
}

// declarations merges all but the imports.
func (v versions) declarations(s style) (*goMerge, error) {
	m := &goMerge{
		versions: v, style: s,
		touched: map[*item]bool{}, added: map[*item]int{}, removed: map[*group]int{}, groups: map[*group]bool{},
	}
	m.head()
	for i, o := range v.ours.items {
		m.item(i, o)
	}
	for _, b := range v.base.items {
		if v.ours.find(b.keys) == nil {
			m.gone(b)
		}
	}
	m.edits = m.emptied(m.edits, m.removed)
	return m, sortEdits(m.edits)
}

// A goMerge gathers the edits of the user's file.
type goMerge struct {
	versions
	style     style
	edits     []edit
	conflicts []clash

	touched map[*item]bool  // items of the user's that are decided
	added   map[*item]int   // where items of ours were added
	groups  map[*group]bool // groups of ours that were added as a whole
	removed map[*group]int  // how many items of a group of the user's went
}

// A clash is a conflict whose line is not known yet.
type clash struct {
	Conflict
	start, end int // in the user's file
}

// report returns the conflicts, with the lines that they have after the edits.
func (m *goMerge) report(edits []edit) (list []Conflict) {
	for _, c := range m.conflicts {
		if c.User != "" {
			c.Line = m.user.lineOf(c.start, edits)
			c.Lines = m.user.lineOf(c.end, edits) - c.Line + 1
		}
		list = append(list, c.Conflict)
	}
	return list
}

// head merges what stands up to the package clause.
func (m *goMerge) head() {
	base, user, ours := m.base.lf[:m.base.header], m.user.lf[:m.user.header], m.ours.lf[:m.ours.header]
	m.both("package "+m.user.syntax.Name.Name, base, user, ours, 0, "%s")
}

// item decides about a declaration that ours has.
func (m *goMerge) item(i int, o *item) {
	u, b := m.user.find(o.keys), m.base.find(o.keys)
	if u != nil && b == nil {
		b = m.base.find(u.keys)
	}
	switch {
	case u == nil && b == nil:
		m.add(i, o)
	case u == nil && !same(b, o):
		m.conflict(Conflict{What: o.name(), Ours: o.text()}, nil)
	case u == nil, same(u, o):
	case b != nil && same(b, o):
	case m.touched[u]:
		m.conflict(Conflict{What: o.name(), User: u.text(), Ours: o.text()}, u)
	case b != nil && same(b, u):
		m.touched[u] = true
		m.edits = append(m.edits, m.user.rewrite(u.start, u.end, o.like(u))...)
	default:
		m.touched[u] = true
		base := ""
		if b != nil {
			base = b.like(u)
		}
		m.both(u.name(), base, u.text(), o.like(u), u.start, u.frame())
	}
}

// both merges the lines of what both sides changed, in Go source made by the
// frame, and gives up where that does not parse.
func (m *goMerge) both(what, base, user, ours string, start int, frame string) {
	merged, conflicts := mergeLines([]byte(base), []byte(user), []byte(ours), m.style)
	end := start + len(user)
	if len(conflicts) == 0 && !parses(frame, string(merged)) {
		conflicts = []Conflict{{}}
		merged = fmt.Appendf(nil, "<<<<<<< yours\n%s\n=======\n%s\n>>>>>>> generated", user, ours)
	}
	if len(conflicts) > 0 {
		m.conflicts = append(m.conflicts, clash{Conflict{What: what, User: user, Ours: ours}, start, end})
		if m.style == keepUser {
			return
		}
	}
	m.edits = append(m.edits, m.user.rewrite(start, end, string(merged))...)
}

func (m *goMerge) conflict(c Conflict, u *item) {
	at := clash{Conflict: c}
	if u != nil {
		at.start, at.end = u.start, u.end
	}
	m.conflicts = append(m.conflicts, at)
}

// gone decides about a declaration that base has and ours has not.
func (m *goMerge) gone(b *item) {
	u := m.user.find(b.keys)
	switch {
	case u == nil || m.touched[u] || m.ours.find(u.keys) != nil:
	case !same(b, u):
		m.touched[u] = true
		m.conflict(Conflict{What: u.name(), User: u.text()}, u)
	default:
		m.touched[u] = true
		m.edits = append(m.edits, m.user.cut(u.start, u.end))
		if u.group != nil {
			m.removed[u.group]++
		}
	}
}

// emptied removes the parentheses of the user's around nothing: removed tells
// how many items of a group the edits take away.
func (v versions) emptied(edits []edit, removed map[*group]int) []edit {
	for g, n := range removed {
		if n < len(g.items) || v.commented(g) {
			continue
		}
		edits = slices.DeleteFunc(edits, func(e edit) bool { return g.start <= e.start && e.end <= g.end })
		edits = append(edits, v.user.cut(g.start, g.end))
	}
	return edits
}

// commented tells whether a comment of the user's would go with a group.
func (v versions) commented(g *group) bool {
	rest := v.user.lf[g.start:g.end]
	if b := v.base.find(g.items[0].keys); b != nil && b.group != nil && sameCode(g.doc, b.group.doc) {
		rest = rest[len(g.doc):]
	}
	for _, it := range g.items {
		rest = strings.Replace(rest, it.text(), "", 1)
	}
	return strings.Contains(rest, "//") || strings.Contains(rest, "/*")
}
