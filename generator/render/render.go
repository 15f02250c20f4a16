// Package render turns planned files into bytes: it runs their templates and
// formats Go code. It decides nothing and writes nothing.
package render

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/featherscaffold/featherscaffold/generator/plan"
)

// A File is one finished file of the project.
type File struct {
	Path    string // slash-separated, relative to the project
	Class   plan.Class
	Content []byte
}

// Files renders the planned files from the templates and returns them sorted
// by path. A template lies at its name with ".tmpl" behind; those in the
// folder partials can be used by all.
func Files(planned []plan.File, templates fs.FS) ([]File, error) {
	set, err := parse(planned, templates)
	if err != nil {
		return nil, err
	}
	files := make([]File, len(planned))
	errs := make([]error, len(planned))
	var group sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(planned)) {
		group.Go(func() {
			for i := range next {
				files[i], errs[i] = render(planned[i], set)
			}
		})
	}
	for i := range planned {
		next <- i
	}
	close(next)
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, nil
}

// parse reads the templates that the files use, each once.
func parse(planned []plan.File, templates fs.FS) (*template.Template, error) {
	set := template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"comment": comment, "join": strings.Join,
	})
	set, err := set.ParseFS(templates, "partials/*.tmpl")
	if err != nil {
		return nil, err
	}
	for _, f := range planned {
		if f.Text != "" {
			if _, err := set.New(f.Path).Parse(f.Text); err != nil {
				return nil, err
			}
		}
		if f.Template == "" || set.Lookup(f.Template) != nil {
			continue
		}
		text, err := fs.ReadFile(templates, "files/"+f.Template+".tmpl")
		if err != nil {
			return nil, err
		}
		if _, err := set.New(f.Template).Parse(string(text)); err != nil {
			return nil, err
		}
	}
	return set, nil
}

func render(f plan.File, set *template.Template) (File, error) {
	out := File{Path: f.Path, Class: f.Class, Content: f.Content}
	name := f.Template
	if f.Text != "" {
		name = f.Path
	}
	if name == "" {
		return out, nil
	}
	var buf bytes.Buffer
	if err := set.ExecuteTemplate(&buf, name, f.Data); err != nil {
		return File{}, fmt.Errorf("render %s: %w", f.Path, err)
	}
	out.Content = buf.Bytes()
	if strings.HasSuffix(f.Path, ".go") {
		formatted, err := format.Source(out.Content)
		if err != nil {
			return File{}, fmt.Errorf("format %s: %w", f.Path, err)
		}
		out.Content = formatted
	}
	return out, nil
}

// comment prints text as a Go comment, a line each.
func comment(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("// "+strings.TrimRight(line, " \t"), " ")
	}
	return strings.Join(lines, "\n")
}
