package merge

import (
	"go/ast"
	"slices"
)

// types returns what the user calls the types that have methods in base,
// where that is another name: such a type is declared nowhere, and another has
// its methods.
func (v versions) types(elsewhere func(Key) bool) map[string]string {
	renamed := map[string]string{}
	for _, it := range v.base.items {
		if it.fn == nil || it.fn.Recv == nil {
			continue
		}
		from := it.key().Recv
		declared := Key{Name: from}
		if v.user.byKey[declared] != nil || elsewhere(declared) || renamed[from] != "" {
			continue
		}
		if to := v.user.methodsOf(v.base, from); to != "" {
			renamed[from] = to
		}
	}
	return renamed
}

// methodsOf returns the type of a file that has the most of the methods that a
// type has in base, "" when none has any.
func (f *file) methodsOf(base *file, typ string) (best string) {
	count := map[string]int{}
	for _, it := range f.items {
		if it.fn == nil || it.fn.Recv == nil || base.byKey[Key{typ, it.key().Name}] == nil {
			continue
		}
		recv := it.key().Recv
		count[recv]++
		if recv != typ && count[recv] > count[best] {
			best = recv
		}
	}
	return best
}

// withReceivers returns the file with receivers, and their types, called as
// the user's file calls them.
func (f *file) withReceivers(user *file, types map[string]string) (*file, error) {
	var edits []edit
	for from, to := range types {
		edits = append(edits, f.renamePackageName(from, to)...)
	}
	for _, it := range f.items {
		edits = append(edits, it.renameReceiver(user, types)...)
	}
	if len(edits) == 0 {
		return f, nil
	}
	if err := sortEdits(edits); err != nil {
		return nil, err
	}
	return parse([]byte(f.plain(edits)))
}

// renameReceiver returns the edits that call the receiver of a method as the
// user does: in the same method, or in another of its type.
func (it *item) renameReceiver(user *file, types map[string]string) (edits []edit) {
	from := it.receiverIdent()
	if from == nil {
		return nil
	}
	key := it.key()
	if to := types[key.Recv]; to != "" {
		key.Recv = to
	}
	to := user.receiverName(key)
	if to == "" || to == from.Name {
		return nil
	}
	ast.Inspect(it.fn, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Obj != nil && id.Obj == from.Obj {
			start := it.file.offset(id.Pos())
			edits = append(edits, edit{start, start + len(id.Name), to})
		}
		return true
	})
	return edits
}

// receiverIdent returns the name of a method's receiver, nil when it has none.
func (it *item) receiverIdent() *ast.Ident {
	if it.fn == nil || it.fn.Recv == nil || len(it.fn.Recv.List) == 0 || len(it.fn.Recv.List[0].Names) == 0 {
		return nil
	}
	if id := it.fn.Recv.List[0].Names[0]; id.Name != "_" {
		return id
	}
	return nil
}

// receiverName returns how the file calls the receiver of a method, or of the
// first other method of its type.
func (f *file) receiverName(key Key) string {
	named := func(it *item) bool { return it.receiverIdent() != nil && it.key().Recv == key.Recv }
	if it := f.byKey[key]; it != nil && named(it) {
		return it.receiverIdent().Name
	}
	if i := slices.IndexFunc(f.items, named); i >= 0 {
		return f.items[i].receiverIdent().Name
	}
	return ""
}

// renamePackageName returns the edits that give what the package declares
// another name in this file.
func (f *file) renamePackageName(from, to string) (edits []edit) {
	declared := f.syntax.Scope.Lookup(from)
	unresolved := f.unresolved()
	fields := f.fieldKeys()
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || id.Name != from || fields[id] {
			return true
		}
		if declared != nil && id.Obj == declared || declared == nil && unresolved[id] {
			start := f.offset(id.Pos())
			edits = append(edits, edit{start, start + len(from), to})
		}
		return true
	})
	return edits
}

// fieldKeys returns the names before the colons of literals that are fields'.
func (f *file) fieldKeys() map[*ast.Ident]bool {
	keys := map[*ast.Ident]bool{}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		switch lit.Type.(type) {
		case *ast.MapType, *ast.ArrayType:
			return true
		}
		for _, elt := range lit.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				if id, ok := kv.Key.(*ast.Ident); ok {
					keys[id] = true
				}
			}
		}
		return true
	})
	return keys
}
