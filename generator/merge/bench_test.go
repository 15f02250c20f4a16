package merge_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/merge"
)

// service returns a stub with methods, of which the first n have a body of the
// user's.
func service(methods, n int) []byte {
	var out strings.Builder
	out.WriteString("package rooms\n\nimport (\n\t\"context\"\n\n\t\"example.com/app/internal/gen/rooms\"\n\t\"example.com/lib/runtime\"\n)\n\ntype Service struct {\n\tapp *runtime.App\n}\n")
	for i := range methods {
		fmt.Fprintf(&out, "\n// M%d is the custom method m%d.\nfunc (s *Service) M%d(ctx context.Context, c *rooms.M%dCall) (*rooms.M%dResult, error) {\n", i, i, i, i, i)
		if i < n {
			out.WriteString("\tif err := s.app.Check(ctx, c); err != nil {\n\t\treturn nil, err\n\t}\n\treturn s.app.Do(ctx)\n}\n")
		} else {
			fmt.Fprintf(&out, "\treturn nil, runtime.NotImplemented(\"m%d of rooms is not written yet\")\n}\n", i)
		}
	}
	return []byte(out.String())
}

func BenchmarkStub(b *testing.B) {
	base, user, ours := service(10, 0), service(10, 6), service(11, 0)
	b.SetBytes(int64(len(user)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := merge.Stub(base, user, ours, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGo(b *testing.B) {
	base, user := service(10, 0), service(10, 5)
	ours := bytes.ReplaceAll(base, []byte("(\"m9 of"), []byte("(\"number 9 of"))
	b.SetBytes(int64(len(user)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := merge.Go(base, user, ours); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLines(b *testing.B) {
	base, user, ours := service(100, 0), service(100, 50), service(110, 0)
	b.SetBytes(int64(len(user)))
	b.ReportAllocs()
	for b.Loop() {
		merge.Lines(base, user, ours)
	}
}

func BenchmarkRename(b *testing.B) {
	src := service(10, 5)
	renamings := []merge.Renaming{
		{Kind: merge.RenameImport, From: "example.com/app/internal/gen/rooms", To: "example.com/app/internal/gen/chats"},
		{Kind: merge.RenameMember, Type: "Service", From: "M1", To: "N1"},
	}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := merge.Rename(src, renamings); err != nil {
			b.Fatal(err)
		}
	}
}
