package query

import (
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// The bounds of what one query can make a store do.
const (
	maxNesting = 8    // $or and $and in each other
	maxTerms   = 1000 // values to compare with, and clauses
)

// Rules say what clients may ask of one service. They are made at start-up.
type Rules struct {
	Schema   *record.Schema  // the fields that may be asked for: all that are Shown
	Paginate Paginate        // the zero value: find answers plain arrays
	Hidden   record.FieldSet // shown in some records only: may be selected, not searched or sorted by
}

// Parse makes a Query of a Tree: it converts the values to the declared types
// of the fields and refuses what is unknown with an *Error. null stays null
// for a field that may be absent, and is refused for others. The caller owns
// the Query. Methods on one record take its Where and Select only.
func (r *Rules) Parse(t Tree) (*Query, error) {
	q := &Query{Limit: r.Paginate.limit(Tree{}), Count: r.Paginate.On()}
	if t.Kind() != jsonio.Object || t.Len() == 0 {
		return q, nil
	}
	p := parser{schema: r.Schema, shown: r.Schema.Shown.Minus(r.Hidden), paginate: r.Paginate}
	p.query(q, t)
	if p.err != nil {
		return nil, p.err
	}
	if len(p.errs) > 0 {
		return nil, validationFailed(p.errs)
	}
	return q, nil
}

type parser struct {
	schema   *record.Schema
	shown    record.FieldSet
	paginate Paginate
	terms    int
	errs     record.FieldErrors // what can be reported together
	err      *Error             // what ends the parsing
}

func (p *parser) query(q *Query, t Tree) {
	var conds []Cond
	for name, value := range t.All() {
		if p.done() {
			return
		}
		switch name {
		case "$limit":
			q.Limit = p.paginate.limit(value)
		case "$skip":
			q.Skip = skip(value)
		case "$sort":
			q.Sort = p.sort(value)
		case "$select":
			q.Select = p.selection(value)
		case "$or":
			conds = append(conds, Any(p.clauses("", name, value, 1)...))
		case "$and":
			conds = append(conds, p.clauses("", name, value, 1)...)
		default:
			if strings.HasPrefix(name, "$") {
				p.stop(invalidFilter(name))
				continue
			}
			conds = p.conditions(conds, "", name, value)
		}
	}
	q.Where = all(conds)
}

// stop ends the parsing with the first error that is given.
func (p *parser) stop(err *Error) {
	if p.err == nil {
		p.err = err
	}
}

// done reports that there are errors enough.
func (p *parser) done() bool { return p.err != nil || p.errs.Full() }

// term counts a clause or a value and reports whether there may be more.
func (p *parser) term() bool {
	if p.terms++; p.terms > maxTerms {
		p.stop(&Error{Message: "Query has more than " + strconv.Itoa(maxTerms) + " conditions"})
	}
	return p.err == nil
}

// clauses returns the conditions of the items of $or or $and.
func (p *parser) clauses(path, name string, t Tree, level int) []Cond {
	path += "/" + name
	if t.Kind() != jsonio.Array {
		p.errs.Add(record.TypeError(path, "array"))
		return nil
	}
	if level > maxNesting {
		p.stop(&Error{Message: "Query nests " + name + " more than " + strconv.Itoa(maxNesting) + " levels deep"})
		return nil
	}
	conds := make([]Cond, 0, min(t.Len(), maxTerms))
	for _, item := range t.All() {
		if !p.term() {
			return nil
		}
		conds = append(conds, p.clause(path+"/"+strconv.Itoa(len(conds)), item, level))
	}
	return conds
}

func (p *parser) clause(path string, t Tree, level int) Cond {
	if t.Kind() != jsonio.Object {
		if bad, ok := foreign(t); ok {
			p.stop(bad)
		}
		p.errs.Add(record.TypeError(path, "object"))
		return Cond{}
	}
	var conds []Cond
	for name, value := range t.All() {
		switch {
		case p.done():
			return Cond{}
		case name == "$or":
			conds = append(conds, Any(p.clauses(path, name, value, level+1)...))
		case strings.HasPrefix(name, "$"):
			p.stop(invalidParameter(name, t))
		default:
			conds = p.conditions(conds, path, name, value)
		}
	}
	return all(conds)
}

// all joins conditions that must hold together.
func all(conds []Cond) Cond {
	conds = slices.DeleteFunc(conds, Cond.True)
	if len(conds) == 1 {
		return conds[0]
	}
	return Cond{Op: And, Conds: conds}
}
