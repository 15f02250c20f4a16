package merge

import (
	"bytes"
	"fmt"
	"go/ast"
	"strings"
)

// An Action tells what Stub did about a declaration, or what a person has to
// do about it.
type Action int

const (
	Added   Action = iota // appended, as the package lacked it
	Changed               // was as the generator had written it, and follows now
	Removed               // was as the generator had written it, and went
	Wanted                // should be as the note says, and was left as the user's
	Kept                  // nothing calls for it any longer, and it is the user's
)

// A Note is about one declaration of the user's.
type Note struct {
	Action
	Key    Key
	Line   int    // in the text that is returned, from 1; 0 when it is removed or in another file
	Wanted string // for Wanted: the signature of a function, or all of another declaration
}

// Stub brings a file that is the user's up to what the generator asks for:
//   - what ours declares since base is appended, unless the package has it:
//     elsewhere tells what its other files declare, and may be nil;
//   - what the user left as in base follows ours, or goes when ours has it no
//     longer and nothing else in the file names it;
//   - where the user wrote to the function's body, or to its comment, the rest
//     stays: a body as in base gets the signature that ours has, for others a
//     note says which is wanted;
//   - what the user took out stays out.
//
// The import block follows what is used; all other bytes stay. The user may
// have moved and reordered declarations, and called receivers, their types and
// imported packages otherwise. base is nil when nobody knows it.
func Stub(base, user, ours []byte, elsewhere func(Key) bool) (out []byte, notes []Note, err error) {
	if base != nil && bytes.Equal(base, ours) {
		return user, nil, nil
	}
	if elsewhere == nil {
		elsewhere = func(Key) bool { return false }
	}
	s, err := newStub(base, user, ours, elsewhere)
	if err != nil {
		return nil, nil, err
	}
	edits, err := s.run()
	if err != nil {
		return nil, nil, err
	}
	out = s.user.apply(edits)
	if bytes.Equal(base, user) && !s.moved {
		out = ours
	}
	if len(s.notes) == 0 && bytes.Equal(out, user) {
		return user, nil, nil
	}
	merged, err := parse(out)
	if err != nil {
		return nil, nil, fmt.Errorf("merged source: %w", err)
	}
	for i := range s.notes {
		if it := merged.byKey[s.notes[i].Key]; it != nil {
			s.notes[i].Line = merged.line(it.spec)
		}
	}
	return out, s.notes, nil
}

type stub struct {
	versions
	elsewhere func(Key) bool
	edits     []edit
	notes     []Note
	appended  map[*group]bool
	moved     bool // the package has in another file what ours declares
}

func newStub(base, user, ours []byte, elsewhere func(Key) bool) (*stub, error) {
	if base == nil {
		f, err := parse(ours)
		if err != nil {
			return nil, fmt.Errorf("parse the generator's version: %w", err)
		}
		base = []byte("package " + f.syntax.Name.Name)
	}
	v, err := parseAll(base, user, ours)
	if err != nil {
		return nil, err
	}
	types := v.types(elsewhere)
	if v.base, err = v.base.withReceivers(v.user, types); err != nil {
		return nil, err
	}
	if v.ours, err = v.ours.withReceivers(v.user, types); err != nil {
		return nil, err
	}
	return &stub{versions: v, elsewhere: elsewhere, appended: map[*group]bool{}}, nil
}

// run returns the edits of the user's file.
func (s *stub) run() ([]edit, error) {
	for _, o := range s.ours.items {
		if !o.comment() {
			s.item(o)
		}
	}
	s.gone()
	if err := sortEdits(s.edits); err != nil {
		return nil, err
	}
	imports, err := s.imports(s.edits)
	if err != nil {
		return nil, err
	}
	edits := append(s.edits, imports...)
	return edits, sortEdits(edits)
}

// item decides about a declaration that ours has.
func (s *stub) item(o *item) {
	u, b := s.user.find(o.keys), s.base.find(o.keys)
	switch {
	case u == nil && s.isElsewhere(o):
		s.moved = true
		if b != nil && !sameSignature(b, o) {
			s.note(Wanted, o)
		}
	case u == nil && b == nil:
		s.append(o)
	case u == nil, same(u, o), b != nil && same(b, o):
	case b != nil && same(u, b):
		s.edits = append(s.edits, s.user.rewrite(u.start, u.end, o.like(u))...)
		s.note(Changed, o)
	case sameSignature(u, o), b != nil && sameSignature(b, o):
	case b != nil && sameSignature(u, b) && sameBody(u, b):
		s.sign(u, b, o)
		s.note(Changed, o)
	default:
		s.note(Wanted, o)
	}
}

// note adds a note, but for blank names: nothing can be said about them.
func (s *stub) note(action Action, o *item) {
	if o.blank() {
		return
	}
	n := Note{Action: action, Key: o.key()}
	if action == Wanted {
		n.Wanted = o.signature()
	}
	s.notes = append(s.notes, n)
}

func (s *stub) isElsewhere(it *item) bool {
	for _, key := range it.keys {
		if !it.blank() && s.elsewhere(key) {
			return true
		}
	}
	return false
}

// append puts a declaration at the end of the file; a group as one when the
// user has none of it.
func (s *stub) append(o *item) {
	s.note(Added, o)
	text := o.standalone()
	if o.group != nil {
		if s.appended[o.group] {
			return
		}
		if s.lacks(o.group) {
			s.appended[o.group] = true
			text = s.ours.lf[o.group.start:o.group.end]
		}
	}
	text = "\n" + text + "\n"
	if !strings.HasSuffix(s.user.lf, "\n") {
		text = "\n" + strings.TrimSuffix(text, "\n")
	}
	end := len(s.user.lf)
	s.edits = append(s.edits, edit{end, end, text})
}

// lacks tells whether the package has nothing of a group.
func (s *stub) lacks(g *group) bool {
	for _, it := range g.items {
		if s.user.find(it.keys) != nil || s.base.find(it.keys) != nil || s.isElsewhere(it) {
			return false
		}
	}
	return true
}

// sign gives a function of the user's the signature that ours has, and its
// body when the generator's changed: it fits the results.
func (s *stub) sign(u, b, o *item) {
	from, to := o.signed()
	start, end := u.signed()
	s.edits = append(s.edits, edit{start, end, o.file.lf[from:to]})
	if !sameBody(b, o) {
		start, end := u.body()
		s.edits = append(s.edits, s.user.rewrite(start, end, o.bodyText())...)
	}
}

// gone removes what base declares and ours no longer, where it is as in base
// and no other code of the file names it.
func (s *stub) gone() {
	var untouched []*item
	for _, b := range s.base.items {
		if b.comment() || s.ours.find(b.keys) != nil {
			continue
		}
		u := s.user.find(b.keys)
		switch {
		case u != nil && same(u, b):
			untouched = append(untouched, u)
		case u != nil, s.isElsewhere(b):
			s.note(Kept, b)
		}
	}
	removed := map[*group]int{}
	for _, u := range untouched {
		if s.named(u, untouched) {
			s.note(Kept, u)
			continue
		}
		s.edits = append(s.edits, s.user.cut(u.start, u.end))
		s.note(Removed, u)
		if u.group != nil {
			removed[u.group]++
		}
	}
	s.edits = s.emptied(s.edits, removed)
}

// named tells whether code outside of the items that may go has an identifier
// with a name that one of them declares.
func (s *stub) named(it *item, going []*item) (found bool) {
	ast.Inspect(s.user.syntax, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || found || !it.declares(id.Name) {
			return !found
		}
		at := s.user.offset(id.Pos())
		for _, other := range going {
			if other.start <= at && at < other.end {
				return true
			}
		}
		found = true
		return false
	})
	return found
}

func (it *item) declares(name string) bool {
	for _, key := range it.keys {
		if key.Name == name {
			return true
		}
	}
	return false
}
