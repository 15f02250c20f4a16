package merge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/merge"
)

// An archive is a text archive: what it says first, and sections by name.
type archive struct {
	comment  string
	names    []string
	sections map[string]string
}

func readArchive(t testing.TB, file string) *archive {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := &archive{sections: map[string]string{}}
	name := ""
	for line := range strings.Lines(string(data)) {
		if n, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(n, " --") {
			name = strings.TrimSuffix(n, " --")
			a.set(name, "")
		} else if name == "" {
			a.comment += line
		} else {
			a.sections[name] += line
		}
	}
	return a
}

func (a *archive) set(name, text string) {
	if !slices.Contains(a.names, name) {
		a.names = append(a.names, name)
	}
	a.sections[name] = text
}

func (a *archive) bytes(name string) []byte { return []byte(a.sections[name]) }

func (a *archive) write(t *testing.T, file string) {
	t.Helper()
	var out strings.Builder
	out.WriteString(a.comment)
	for _, name := range a.names {
		fmt.Fprintf(&out, "-- %s --\n%s", name, a.sections[name])
	}
	if err := os.WriteFile(file, []byte(out.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// golden runs f on the archives of a folder. It returns sections that must be
// in the archive; with GOLDEN_UPDATE=1 they are put there.
func golden(t *testing.T, folder string, f func(t *testing.T, a *archive) map[string]string) {
	t.Helper()
	files, err := filepath.Glob("testdata/" + folder + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives in testdata/%s: %v", folder, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a := readArchive(t, file)
			got := f(t, a)
			if os.Getenv("GOLDEN_UPDATE") != "" {
				for _, name := range []string{"want", "markers", "report"} {
					if text, ok := got[name]; ok {
						a.set(name, text)
					}
				}
				a.write(t, file)
				return
			}
			for name, text := range got {
				if want := a.sections[name]; text != want {
					t.Errorf("%s of %s:\n%s\nwant:\n%s", name, file, text, want)
				}
			}
		})
	}
}

func report(conflicts []merge.Conflict) string {
	var out strings.Builder
	for _, c := range conflicts {
		fmt.Fprintf(&out, "%d+%d %s\n<%s\n>%s\n", c.Line, c.Lines, c.What, one(c.User), one(c.Ours))
	}
	return out.String()
}

func one(s string) string {
	if s == "" {
		return ""
	}
	return " " + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "⏎")
}

func TestLines(t *testing.T) {
	t.Parallel()
	golden(t, "lines", func(_ *testing.T, a *archive) map[string]string {
		merged, conflicts := merge.Lines(a.bytes("base"), a.bytes("user"), a.bytes("ours"))
		marked, _ := merge.Markers(a.bytes("base"), a.bytes("user"), a.bytes("ours"))
		return map[string]string{"want": string(merged), "markers": string(marked), "report": report(conflicts)}
	})
}

func TestGo(t *testing.T) {
	t.Parallel()
	golden(t, "go", func(t *testing.T, a *archive) map[string]string {
		base, user, ours := a.bytes("base"), a.bytes("user"), a.bytes("ours")
		merged, conflicts, err := merge.Go(base, user, ours)
		if err != nil {
			return map[string]string{"want": "", "report": err.Error() + "\n"}
		}
		again, _, err := merge.Go(ours, merged, ours)
		if err != nil || string(again) != string(merged) {
			t.Errorf("Go(ours, merged, ours) = %v\n%s", err, again)
		}
		got := map[string]string{"want": string(merged), "report": report(conflicts)}
		if len(conflicts) > 0 {
			marked, _, err := merge.GoMarkers(base, user, ours)
			if err != nil {
				t.Error(err)
			}
			got["markers"] = string(marked)
		}
		return got
	})
}

func TestStub(t *testing.T) {
	t.Parallel()
	golden(t, "stub", func(t *testing.T, a *archive) map[string]string {
		elsewhere := func(k merge.Key) bool { return slices.Contains(strings.Fields(a.sections["elsewhere"]), k.String()) }
		var base []byte
		if _, ok := a.sections["base"]; ok {
			base = a.bytes("base")
		}
		out, notes, err := merge.Stub(base, a.bytes("user"), a.bytes("ours"), elsewhere)
		if err != nil {
			return map[string]string{"want": "", "report": err.Error() + "\n"}
		}
		again, more, err := merge.Stub(base, out, a.bytes("ours"), elsewhere)
		if err != nil || string(again) != string(out) {
			t.Errorf("the second Stub = %v %v\n%s", more, err, again)
		}
		var text strings.Builder
		for _, n := range notes {
			fmt.Fprintf(&text, "%d %s %s\n", n.Line, []string{"added", "changed", "removed", "wanted", "kept"}[n.Action], n.Key)
			if n.Wanted != "" {
				fmt.Fprintf(&text, ">%s\n", one(n.Wanted))
			}
		}
		return map[string]string{"want": string(out), "report": text.String()}
	})
}

func TestRename(t *testing.T) {
	t.Parallel()
	kinds := []string{"import", "package", "name", "member", "type"}
	golden(t, "rename", func(t *testing.T, a *archive) map[string]string {
		var renamings []merge.Renaming
		for line := range strings.Lines(a.sections["renamings"]) {
			f := strings.Fields(line)
			r := merge.Renaming{Kind: merge.RenameKind(slices.Index(kinds, f[0])), From: f[1], To: f[2]}
			if len(f) > 3 {
				r.Path = strings.Trim(f[3], `"`)
			}
			if len(f) > 4 {
				r.Type = f[4]
			}
			renamings = append(renamings, r)
		}
		out, unsure, err := merge.Rename(a.bytes("src"), renamings)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, u := range unsure {
			fmt.Fprintf(&text, "%d %s.%s to %s\n", u.Line, u.Type, u.From, u.To)
		}
		return map[string]string{"want": string(out), "report": text.String()}
	})
}
