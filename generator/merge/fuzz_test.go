package merge_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/merge"
)

// seed adds the versions of the archives in folders.
func seed(f *testing.F, folders ...string) {
	for _, folder := range folders {
		files, err := filepath.Glob("testdata/" + folder + "/*.txtar")
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			a := readArchive(f, file)
			f.Add(a.bytes("base"), a.bytes("user"), a.bytes("ours"))
		}
	}
}

// FuzzLines checks that no line is lost that the user added.
func FuzzLines(f *testing.F) {
	seed(f, "lines", "go")
	f.Fuzz(func(t *testing.T, base, user, ours []byte) {
		merged, _ := merge.Lines(base, user, ours)
		marked, _ := merge.Markers(base, user, ours)
		had, has, hasMarked := lines(base), lines(merged), lines(marked)
		mine, theirs := lines(user), lines(ours)
		for line := range mine {
			if !had[line] && (!has[line] || !hasMarked[line]) {
				t.Fatalf("%q is lost from %q", line, merged)
			}
		}
		for line := range has {
			if !had[line] && !theirs[line] && !mine[line] {
				t.Fatalf("%q is nobody's in %q", line, merged)
			}
		}
	})
}

// FuzzGo checks that what is merged parses, and merges to itself.
func FuzzGo(f *testing.F) {
	seed(f, "go", "stub")
	f.Fuzz(func(t *testing.T, base, user, ours []byte) {
		merged, _, err := merge.Go(base, user, ours)
		if err != nil {
			return
		}
		parses(t, merged, base, user, ours)
		if again, _, err := merge.Go(base, merged, ours); err == nil && !bytes.Equal(again, merged) {
			t.Fatalf("merging again made of\n%s\nthis:\n%s", merged, again)
		}
	})
}

// FuzzStub checks that what is returned parses, and that a second run changes
// nothing.
func FuzzStub(f *testing.F) {
	seed(f, "stub", "go")
	f.Fuzz(func(t *testing.T, base, user, ours []byte) {
		out, _, err := merge.Stub(base, user, ours, nil)
		if err != nil {
			return
		}
		parses(t, out, base, user, ours)
		if again, _, err := merge.Stub(base, out, ours, nil); err == nil && !bytes.Equal(again, out) {
			t.Fatalf("the second run made of\n%s\nthis:\n%s", out, again)
		}
	})
}

// parses checks a result that is not one of the versions as it was.
func parses(t *testing.T, src []byte, versions ...[]byte) {
	t.Helper()
	for _, v := range versions {
		if bytes.Equal(src, v) {
			return
		}
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ParseComments); err != nil {
		t.Fatalf("%v:\n%s", err, src)
	}
}

// FuzzRename checks that renaming there and back changes nothing.
func FuzzRename(f *testing.F) {
	files, err := filepath.Glob("testdata/rename/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(readArchive(f, file).bytes("src"))
	}
	there := []merge.Renaming{
		{Kind: merge.RenameImport, From: "example.com/app/internal/gen/rooms", To: "example.com/app/internal/gen/qqchats"},
		{Kind: merge.RenamePackage, From: "rooms", To: "qqchats"},
		{Kind: merge.RenameName, From: "Service", To: "QQServer"},
		{Kind: merge.RenameName, Path: "example.com/app/internal/gen/model", From: "Room", To: "QQChat"},
		{Kind: merge.RenameMember, Type: "Service", From: "Join", To: "QQEnter"},
		{Kind: merge.RenameMember, Path: "example.com/app/internal/gen/model", Type: "Room", From: "Title", To: "QQName"},
	}
	back := []merge.Renaming{
		{Kind: merge.RenameImport, From: "example.com/app/internal/gen/qqchats", To: "example.com/app/internal/gen/rooms"},
		{Kind: merge.RenamePackage, From: "qqchats", To: "rooms"},
		{Kind: merge.RenameName, From: "QQServer", To: "Service"},
		{Kind: merge.RenameName, Path: "example.com/app/internal/gen/model", From: "QQChat", To: "Room"},
		{Kind: merge.RenameMember, Type: "QQServer", From: "QQEnter", To: "Join"},
		{Kind: merge.RenameMember, Path: "example.com/app/internal/gen/model", Type: "QQChat", From: "QQName", To: "Title"},
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		out, _, err := merge.Rename(src, there)
		if err != nil || strings.Contains(string(src), "qq") || strings.Contains(string(src), "QQ") {
			return
		}
		again, _, err := merge.Rename(out, back)
		if err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		if bytes.Contains(again, []byte("qqchats \"")) {
			return // rooms meant something else in the file, so the import got a name
		}
		if !bytes.Equal(again, src) {
			t.Fatalf("renamed to\n%s\nand back to\n%s", out, again)
		}
	})
}
