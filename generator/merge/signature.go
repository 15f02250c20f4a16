package merge

import (
	"go/ast"
	"strings"
)

// signed returns where the signature of a function stands, but for the
// receiver: it begins with the name.
func (it *item) signed() (start, end int) {
	return it.file.offset(it.fn.Name.Pos()), it.file.offset(it.fn.Type.End())
}

// body returns where the body of a function stands; it may be empty.
func (it *item) body() (start, end int) {
	if it.fn.Body == nil {
		end := it.file.offset(it.fn.End())
		return end, end
	}
	return it.file.offset(it.fn.Body.Pos()), it.file.offset(it.fn.Body.End())
}

func (it *item) bodyText() string {
	start, end := it.body()
	return it.file.lf[start:end]
}

// signature returns what the code around an item depends on: the signature of
// a function, all of others.
func (it *item) signature() string {
	if it.fn == nil {
		return strings.TrimSpace(it.standalone())
	}
	_, end := it.signed()
	return it.file.lf[it.spec:end]
}

// sameSignature tells whether two items can be used in the same way. How
// receivers and parameters are called is no difference.
func sameSignature(a, b *item) bool {
	if a.fn == nil || b.fn == nil {
		return same(a, b)
	}
	return a.shape() == b.shape()
}

// shape returns the types of a function's signature.
func (it *item) shape() string {
	var out strings.Builder
	for _, list := range []*ast.FieldList{it.fn.Recv, it.fn.Type.TypeParams, it.fn.Type.Params, it.fn.Type.Results} {
		out.WriteString("|")
		if list == nil {
			continue
		}
		for _, field := range list.List {
			typ := canonical(it.file.lf[it.file.offset(field.Type.Pos()):it.file.offset(field.Type.End())])
			out.WriteString(strings.Repeat(typ+",", max(1, len(field.Names))))
		}
	}
	return out.String()
}

func sameBody(a, b *item) bool { return sameCode(a.bodyText(), b.bodyText()) }
