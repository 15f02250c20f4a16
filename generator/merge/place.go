package merge

import (
	"go/parser"
	"go/token"
	"strings"
)

// add puts an item of ours that the user's file has not where it stands in
// ours: behind the item before it, or before the one behind it.
func (m *goMerge) add(i int, o *item) {
	if o.group != nil && (m.groups[o.group] || m.addToGroup(o)) {
		return
	}
	text := o.standalone()
	if o.group != nil && m.wholeIsNew(o.group) {
		m.groups[o.group] = true
		text = m.ours.lf[o.group.start:o.group.end]
	}
	at := m.behind(i)
	if o.comment() && !m.user.blankLine(m.user.nextLine(at)) {
		text += "\n" // or it would be the doc comment of what follows
	}
	m.insert(o, at, "\n\n"+text)
}

func (m *goMerge) insert(o *item, at int, text string) {
	m.added[o] = at
	m.edits = append(m.edits, edit{at, at, text})
}

// insertInto puts an item into a group of the user's.
func (m *goMerge) insertInto(g *group, o *item, at int, text string) {
	m.insert(o, at, text)
	m.added[o] = g.end
}

// behind returns where the user's file has what stands before the i-th item of
// ours.
func (m *goMerge) behind(i int) int {
	for j := i - 1; j >= 0; j-- {
		before := m.ours.items[j]
		if at, ok := m.added[before]; ok {
			return at
		}
		if u := m.user.find(before.keys); u != nil {
			return u.outer().end
		}
	}
	return m.user.top
}

// addToGroup puts an item beside one of its group that the user has in a
// group too.
func (m *goMerge) addToGroup(o *item) bool {
	var before *item
	passed := false
	for _, other := range o.group.items {
		if other == o {
			passed = true
			if before != nil {
				break
			}
			continue
		}
		if u := m.user.find(other.keys); u != nil && u.group != nil && u.word == o.word {
			if passed {
				at := m.user.lineStart(u.start)
				m.insertInto(u.group, o, at, indentation+o.text()+"\n")
				return true
			}
			before = u
		}
	}
	if before == nil {
		return false
	}
	m.insertInto(before.group, o, before.end, "\n"+indentation+o.text())
	return true
}

// wholeIsNew tells whether the user has none of a group of ours.
func (m *goMerge) wholeIsNew(g *group) bool {
	for _, it := range g.items {
		if m.user.find(it.keys) != nil || m.base.find(it.keys) != nil {
			return false
		}
	}
	return true
}

const indentation = "\t"

// like returns the text of an item in the form of another: in parentheses or
// not.
func (it *item) like(other *item) string {
	switch {
	case (it.group != nil) == (other.group != nil):
		return it.text()
	case other.group == nil:
		return it.standalone()
	}
	text := it.file.lf[it.start:it.docEnd()] + strings.TrimLeft(it.file.lf[it.spec:it.end], " \t")
	if strings.Contains(text, "`") {
		return text
	}
	return strings.ReplaceAll(text, "\n", "\n"+indentation)
}

// standalone returns the text of an item outside of parentheses.
func (it *item) standalone() string {
	if it.group == nil {
		return it.text()
	}
	doc, spec := it.file.lf[it.start:it.spec], it.file.lf[it.spec:it.end]
	text := strings.TrimRight(doc, indentation) + it.word + " " + spec
	if strings.Contains(text, "`") {
		return text
	}
	return strings.ReplaceAll(text, "\n"+indentation, "\n")
}

// name returns what messages call an item.
func (it *item) name() string {
	if it.blank() {
		return strings.TrimSpace(it.text())
	}
	return it.key().String()
}

// frame returns the format that makes a Go file of an item's text.
func (it *item) frame() string {
	if it.group != nil {
		return "package p\n" + it.word + " (\n%s\n)"
	}
	return "package p\n%s"
}

func parses(frame, text string) bool {
	src := strings.Replace(frame, "%s", text, 1)
	_, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	return err == nil
}
