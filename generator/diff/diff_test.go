package diff_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/generator/diff"
)

func TestUnified(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, a, b, want string }{
		{"equal", "x\n", "x\n", ""},
		{"a new file", "", "x\ny\n", "@@ -0,0 +1,2 @@\n+x\n+y\n"},
		{"an emptied file", "x\n", "", "@@ -1 +0,0 @@\n-x\n"},
		{"one line of many", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
		{"two places", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "2\n3\n4\n5\n6\n7\n8\n", "@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n@@ -6,4 +5,3 @@\n 6\n 7\n 8\n-9\n"},
		{"places close together", "1\n2\n3\n4\n5\n6\n7\n8\n", "2\n3\n4\n5\n6\n7\n", "@@ -1,8 +1,6 @@\n-1\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n"},
		{"the last newline goes", "x\ny\n", "x\ny", "@@ -1,2 +1,2 @@\n x\n-y\n+y\n\\ No newline at end of file\n"},
		{"no last newline at all", "x\ny", "z\ny", "@@ -1,2 +1,2 @@\n-x\n+z\n y\n\\ No newline at end of file\n"},
		{"line endings", "x\r\n", "x\n", "@@ -1 +1 @@\n-x\r\n+x\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := tt.want
			if want != "" {
				want = "--- old\n+++ new\n" + want
			}
			if got := string(diff.Unified("old", "new", []byte(tt.a), []byte(tt.b))); got != want {
				t.Errorf("Unified(%q, %q) =\n%s\nwant\n%s", tt.a, tt.b, got, want)
			}
		})
	}
}

func TestFunctionsAreNotTornApart(t *testing.T) {
	t.Parallel()
	a := "func a() {\n\tone()\n}\n\nfunc c() {\n\tthree()\n}\n"
	b := "func a() {\n\tone()\n}\n\nfunc b() {\n\ttwo()\n}\n\nfunc c() {\n\tthree()\n}\n"
	edits := diff.Lines(diff.Split([]byte(a)), diff.Split([]byte(b)))
	if want := []diff.Edit{{Start: 4, End: 4, NewStart: 4, NewEnd: 8}}; !slices.Equal(edits, want) {
		t.Errorf("Lines(…) = %v, want %v", edits, want)
	}
}

// apply makes b of a by the edits, and checks that they are in order.
func apply(t *testing.T, a, b []string, edits []diff.Edit) []string {
	t.Helper()
	var out []string
	at, to := 0, 0
	for i, e := range edits {
		if e.Start < at || e.End < e.Start || e.Start-at != e.NewStart-to || i > 0 && e.Start == at || e.End == e.Start && e.NewEnd == e.NewStart {
			t.Fatalf("Lines(%q, %q) = %v, which is not in order", a, b, edits)
		}
		out = append(out, a[at:e.Start]...)
		out = append(out, b[e.NewStart:e.NewEnd]...)
		at, to = e.End, e.NewEnd
	}
	return append(out, a[at:]...)
}

func TestEditsLeadFromOneTextToTheOther(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		a, b := randomLines(r), randomLines(r)
		edits := diff.Lines(a, b)
		if got := apply(t, a, b, edits); !slices.Equal(got, b) {
			t.Fatalf("%v makes %q of %q, want %q", edits, got, a, b)
		}
	}
}

func randomLines(r *rand.Rand) []string {
	lines := make([]string, r.IntN(14))
	for i := range lines {
		lines[i] = string(rune('a'+r.IntN(5))) + "\n"
	}
	return lines
}

// TestFewestEdits holds for texts in which no line is unique.
func TestFewestEdits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 5_000 {
		a, b := randomLines(r), randomLines(r)
		a, b = slices.Concat([]string{"x"}, a, a, []string{"x"}), slices.Concat([]string{"y"}, b, b, []string{"y"})
		got := 0
		for _, e := range diff.Lines(a, b) {
			got += e.End - e.Start + e.NewEnd - e.NewStart
		}
		if want := len(a) + len(b) - 2*common(a, b); got != want {
			t.Fatalf("Lines(%q, %q) edits %d lines, want %d", a, b, got, want)
		}
	}
}

// common returns the length of the longest common subsequence.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if row[j+1] = max(above, row[j]); x == y {
				row[j+1] = diagonal + 1
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

func TestHugeTextsTakeBoundedTime(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	a, b := make([]string, 200_000), make([]string, 200_000)
	for i := range a {
		a[i], b[i] = string(rune('a'+r.IntN(20))), string(rune('a'+r.IntN(20)))
	}
	start := time.Now()
	edits := diff.Lines(a, b)
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("Lines of 200,000 random lines took %v", took)
	}
	if got := apply(t, a, b, edits); !slices.Equal(got, b) {
		t.Error("the edits do not lead from one text to the other")
	}
}

// FuzzUnified checks that patch makes b of a by what is printed.
func FuzzUnified(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nc\n")
	f.Add("", "\n")
	f.Add("x", "x\n")
	f.Add("x\r\ny", "y\nx\r\n")
	f.Add("}\n}\n}\n", "}\n\n}\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		old, lines := diff.Split([]byte(a)), diff.Split([]byte(b))
		if got := apply(t, old, lines, diff.Lines(old, lines)); strings.Join(got, "") != b {
			t.Fatalf("edits make %q of %q, want %q", got, a, b)
		}
		if got := diff.Unified("a", "b", []byte(a), []byte(b)); (len(got) == 0) != (a == b) {
			t.Fatalf("Unified(%q, %q) = %q", a, b, got)
		}
	})
}

func TestGitAppliesIt(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("FEATHERSCAFFOLD_NO_SKIP") != "" {
			t.Fatal("git: not installed")
		}
		t.Skip("git: not installed")
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		a, b := strings.Join(randomLines(r), ""), strings.TrimSuffix(strings.Join(randomLines(r), ""), "\n")
		if a == "" || b == "" {
			continue
		}
		dir := t.TempDir()
		patch := diff.Unified("a/f", "b/f", []byte(a), []byte(b))
		if err := os.WriteFile(filepath.Join(dir, "f"), []byte(a), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("git", "apply", "-")
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(string(patch))
		cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git apply: %v\n%s\n%s", err, out, patch)
		}
		if got, _ := os.ReadFile(filepath.Join(dir, "f")); string(got) != b {
			t.Fatalf("git apply made %q of %q, want %q", got, a, b)
		}
	}
}

func BenchmarkLines(b *testing.B) {
	r := rand.New(rand.NewPCG(9, 10))
	old := make([]string, 2000)
	for i := range old {
		old[i] = strings.Repeat("x", r.IntN(60)) + "\n"
	}
	edited := slices.Clone(old)
	for range 40 {
		edited[r.IntN(len(edited))] = "edited\n"
	}
	b.ReportAllocs()
	for b.Loop() {
		diff.Lines(old, edited)
	}
}
