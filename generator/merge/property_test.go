package merge_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/merge"
)

var cases = flag.Int("cases", 500, "random cases of each property")

// random makes Go files whose lines tell who wrote them.
type random struct {
	*rand.Rand
	marks int
}

func newRandom(seed uint64) *random { return &random{Rand: rand.New(rand.NewPCG(seed, 7))} }

// mark returns a text that is there once.
func (r *random) mark(who string) string {
	r.marks++
	return fmt.Sprintf("%s%d", who, r.marks)
}

// decl returns a declaration of one of a few names, by who.
func (r *random) decl(who string, n int) string {
	body := fmt.Sprintf("\tfmt.Println(%q)\n\tfmt.Println()\n\tos.Exit(%d) // %s\n", r.mark(who), n, r.mark(who))
	switch n % 7 {
	case 0:
		return fmt.Sprintf("// f%d is %s.\nfunc f%d() {\n%s}", n, r.mark(who), n, body)
	case 1, 2:
		return fmt.Sprintf("func (s *T) M%d(x int) error {\n%s\treturn s.err\n}", n, body)
	case 3:
		return fmt.Sprintf("var (\n\ta%d = %q // %s\n\tb%d = 2\n)", n, r.mark(who), r.mark(who), n)
	case 4:
		return fmt.Sprintf("const (\n\tc%d = iota // %s\n\td%d\n)", n, r.mark(who), n)
	case 5:
		return fmt.Sprintf("// --- %s ---", r.mark(who))
	}
	return fmt.Sprintf("type t%d struct {\n\tA int `x:%q`\n}", n, r.mark(who))
}

func (r *random) base() []string {
	decls := []string{"type T struct {\n\terr error\n}"}
	for n := range 3 + r.IntN(8) {
		decls = append(decls, r.decl("base", n))
	}
	return decls
}

// edit changes declarations as who.
func (r *random) edit(who string, decls []string) []string {
	decls = slices.Clone(decls)
	for range r.IntN(5) {
		i := r.IntN(len(decls))
		switch r.IntN(6) {
		case 0:
			decls = slices.Insert(decls, i, r.decl(who, 20+r.IntN(40)+40*len(who)))
		case 1:
			decls = slices.Delete(decls, i, i+1)
			if len(decls) == 0 {
				return []string{r.decl(who, 700)}
			}
		case 2:
			j := r.IntN(len(decls))
			decls[i], decls[j] = decls[j], decls[i]
		case 3:
			decls[i] = strings.Replace(decls[i], "Println()", fmt.Sprintf("Println(%q)", r.mark(who)), 1)
		case 4:
			decls[i] = strings.Replace(decls[i], "os.Exit", "// "+r.mark(who)+"\n\tos.Exit", 1)
		case 5:
			decls[i] = strings.Replace(decls[i], "(x int)", "(x "+[]string{"string", "bool"}[r.IntN(2)]+")", 1)
		}
	}
	return decls
}

// file makes a file of declarations.
func file(decls []string) []byte {
	seen := map[string]bool{}
	var unique []string
	for _, d := range decls {
		name := d[:strings.IndexAny(d+"\n", "\n")]
		if !strings.HasPrefix(d, "//") || strings.Contains(d, "\n") {
			name = header(d)
		}
		if !seen[name] {
			seen[name] = true
			unique = append(unique, d)
		}
	}
	body := strings.Join(unique, "\n\n") + "\n"
	head := "// Package p is it.\npackage p\n\n"
	var imports []string
	for _, pkg := range []string{"fmt", "os"} {
		if strings.Contains(body, pkg+".") {
			imports = append(imports, pkg)
		}
	}
	if len(imports) > 0 {
		head += "import (\n\t\"" + strings.Join(imports, "\"\n\t\"") + "\"\n)\n\n"
	}
	return []byte(head + body)
}

// header returns the line of a declaration that names it, without parameters.
func header(d string) string {
	for line := range strings.Lines(d) {
		if !strings.HasPrefix(line, "//") && !strings.HasSuffix(line, "(\n") {
			name, _, _ := strings.Cut(strings.TrimSpace(line), "(x ")
			name, _, _ = strings.Cut(name, " = ")
			return name
		}
	}
	return d
}

type versions struct{ base, user, ours []byte }

func (r *random) versions() versions {
	decls := r.base()
	v := versions{file(decls), file(r.edit("user", decls)), file(r.edit("ours", decls))}
	if r.IntN(4) == 0 {
		v.user = bytes.ReplaceAll(v.user, []byte("\n"), []byte("\r\n"))
	}
	return v
}

func (v versions) String() string {
	return fmt.Sprintf("base:\n%s\nuser:\n%s\nours:\n%s", v.base, v.user, v.ours)
}

// loses returns a line of the user's that is neither in base nor in merged.
func (v versions) loses(merged []byte) string {
	have := lines(merged)
	for line := range lines(v.user) {
		if strings.Contains(line, "user") && !have[line] {
			return line
		}
	}
	return ""
}

func lines(src []byte) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(string(src)) {
		set[strings.TrimRight(line, "\r\n")] = true
	}
	return set
}

func each(t *testing.T, f func(t *testing.T, v versions)) {
	t.Helper()
	for seed := range uint64(*cases) {
		v := newRandom(seed).versions()
		f(t, v)
		if t.Failed() {
			t.Fatalf("seed %d\n%v", seed, v)
		}
	}
}

func TestNoLineOfTheUsersIsLost(t *testing.T) {
	t.Parallel()
	t.Run("Lines", func(t *testing.T) {
		t.Parallel()
		each(t, func(t *testing.T, v versions) {
			merged, _ := merge.Lines(v.base, v.user, v.ours)
			if line := v.loses(merged); line != "" {
				t.Errorf("%q is lost:\n%s", line, merged)
			}
		})
	})
	t.Run("Go", func(t *testing.T) {
		t.Parallel()
		failed := 0
		each(t, func(t *testing.T, v versions) {
			merged, conflicts, err := merge.Go(v.base, v.user, v.ours)
			if err != nil {
				failed++
				return
			}
			check(t, v, merged)
			for _, c := range conflicts {
				if c.User != "" && !strings.Contains(strings.ReplaceAll(string(merged), "\r\n", "\n"), c.User) {
					t.Errorf("conflict of %s is not in\n%s", c.What, merged)
				}
			}
			if again, _, err := merge.Go(v.base, merged, v.ours); err != nil || !bytes.Equal(again, merged) {
				t.Errorf("merging again made of\n%s\nthis: %v\n%s", merged, err, again)
			}
		})
		if failed > *cases/100 {
			t.Errorf("%d of %d files were not merged", failed, *cases)
		}
	})
	t.Run("Stub", func(t *testing.T) {
		t.Parallel()
		each(t, func(t *testing.T, v versions) {
			out, _, err := merge.Stub(v.base, v.user, v.ours, nil)
			if err != nil {
				t.Error(err)
				return
			}
			check(t, v, out)
			if again, _, err := merge.Stub(v.base, out, v.ours, nil); err != nil || !bytes.Equal(again, out) {
				t.Errorf("the second run made of\n%s\nthis: %v\n%s", out, err, again)
			}
		})
	})
}

func check(t *testing.T, v versions, merged []byte) {
	t.Helper()
	if line := v.loses(merged); line != "" {
		t.Errorf("%q is lost:\n%s", line, merged)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", merged, 0); err != nil {
		t.Errorf("%v:\n%s", err, merged)
	}
	for _, pkg := range []string{"fmt", "os"} {
		if used := bytes.Contains(merged, []byte(pkg+".")); used != bytes.Contains(merged, []byte(`"`+pkg+`"`)) {
			t.Errorf("import of %s, which is used: %v\n%s", pkg, used, merged)
		}
	}
	if bytes.Contains(v.user, []byte("\r\n")) && bytes.Count(merged, []byte("\n")) != bytes.Count(merged, []byte("\r\n")) && !bytes.Equal(merged, v.ours) {
		t.Errorf("line endings are mixed: %q", merged)
	}
}

func TestOneSideChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v versions) {
		for _, tt := range []struct{ base, user, ours, want []byte }{
			{v.base, v.base, v.ours, v.ours},
			{v.base, v.user, v.base, v.user},
			{v.base, v.user, v.user, v.user},
		} {
			lines, conflicts := merge.Lines(tt.base, tt.user, tt.ours)
			if len(conflicts) > 0 || !bytes.Equal(lines, tt.want) {
				t.Errorf("Lines = %v\n%s", conflicts, lines)
			}
			code, conflicts, err := merge.Go(tt.base, tt.user, tt.ours)
			if err != nil || len(conflicts) > 0 || !bytes.Equal(code, tt.want) {
				t.Errorf("Go = %v %v\n%s", err, conflicts, code)
			}
			stub, _, err := merge.Stub(tt.base, tt.user, tt.ours, nil)
			if err != nil || !bytes.Equal(stub, tt.want) {
				t.Errorf("Stub = %v\n%s", err, stub)
			}
		}
	})
}

func TestLineEndings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, base, user, ours, want string }{
		{"the user's win", "a\nb\nc\n", "a\r\nb\r\nc\r\n", "a\nB\nc\n", "a\r\nB\r\nc\r\n"},
		{"mixed ones stay", "a\nb\nc\nd\n", "a\r\nb\nc\r\nd\r\n", "a\nb\nc\nD\n", "a\r\nb\nc\r\nD\r\n"},
		{"the user took the last away", "a\nb\nc\n", "a\nb\nc", "A\nb\nc\n", "A\nb\nc"},
		{"ours took the last away", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nc", "A\nb\nc"},
		{"what ours appends has none", "a\nb", "A\nb", "a\nb\nc", "A\nb\nc"},
		{"an empty file", "", "user", "", "user"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, conflicts := merge.Lines([]byte(tt.base), []byte(tt.user), []byte(tt.ours))
			if string(got) != tt.want || len(conflicts) > 0 {
				t.Errorf("Lines(%q, %q, %q) = %q, %v, want %q", tt.base, tt.user, tt.ours, got, conflicts, tt.want)
			}
		})
	}
}
