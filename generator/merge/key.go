package merge

// A Key names a declaration in a package, where functions, types, variables
// and constants share their names.
type Key struct {
	Recv string // type of the receiver, without star and type parameters; empty for all but methods
	Name string // "init#2" is the second init of a file
}

func (k Key) String() string {
	if k.Recv == "" {
		return k.Name
	}
	return k.Recv + "." + k.Name
}

// A Declaration is where a file declares something.
type Declaration struct {
	Key
	Line int
}

// Declarations returns what a Go file declares, in its order. Blank names are
// left out.
func Declarations(src []byte) ([]Declaration, error) {
	f, err := parse(src)
	if err != nil {
		return nil, err
	}
	var list []Declaration
	for _, it := range f.items {
		if it.blank() {
			continue
		}
		for _, key := range it.keys {
			list = append(list, Declaration{key, f.line(it.spec)})
		}
	}
	return list, nil
}
