// Package render turns planned files into bytes: it runs their templates and
// formats Go code. It decides nothing and writes nothing.
package render

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/format"
	"io/fs"
	"path"
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

	// Base is what the file's own template gives where Content is an example's;
	// nil where Content is just that.
	Base     []byte
	Template string // the template's name and hash, "README.md@0a1b2c3d4e5f"; "" for none
	Unit     string // name of the service that the file is about; "" for the app
}

// Files renders the planned files from the templates and returns them sorted
// by path. A template lies at its name with ".tmpl" behind; those in the
// folder partials can be used by all.
func Files(planned []plan.File, templates fs.FS) ([]File, error) {
	set, err := parseAll(planned, templates)
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
				files[i], errs[i] = set.file(planned[i])
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

// A set holds the parsed templates.
type set struct {
	*template.Template
	partials string            // text of those that all can use
	ids      map[string]string // a template's name → its name and hash
}

// parseAll reads the templates that the files use, each once.
func parseAll(planned []plan.File, templates fs.FS) (*set, error) {
	s := &set{ids: map[string]string{}}
	s.Template = template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"comment": comment, "join": strings.Join,
	})
	if err := s.parsePartials(templates); err != nil {
		return nil, err
	}
	for _, f := range planned {
		if err := s.parseFor(f, templates); err != nil {
			return nil, err
		}
		if f.Instead != nil {
			if err := s.parseFor(*f.Instead, templates); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

func (s *set) parsePartials(templates fs.FS) error {
	names, err := fs.Glob(templates, "partials/*.tmpl")
	if err != nil {
		return err
	}
	var all []byte
	for _, name := range names {
		text, err := fs.ReadFile(templates, name)
		if err != nil {
			return err
		}
		all = append(all, text...)
		if _, err := s.New(path.Base(name)).Parse(string(text)); err != nil {
			return err
		}
	}
	s.partials = string(all)
	return nil
}

// parseFor parses the template of one file.
func (s *set) parseFor(f plan.File, templates fs.FS) error {
	if f.Text != "" {
		_, err := s.New(textName(f)).Parse(f.Text)
		return err
	}
	if f.Template == "" || s.Lookup(f.Template) != nil {
		return nil
	}
	text, err := fs.ReadFile(templates, "files/"+f.Template+".tmpl")
	if err != nil {
		return err
	}
	s.ids[f.Template] = f.Template + "@" + s.hash(string(text))
	_, err = s.New(f.Template).Parse(string(text))
	return err
}

// hash tells versions of a template apart; one that uses partials is as new as
// they are.
func (s *set) hash(text string) string {
	if strings.Contains(text, "template \"") {
		text += s.partials
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

// textName is the name of the template that a file brings along; a path may be
// a template's name, too.
func textName(f plan.File) string { return "text of " + f.Path }

func (s *set) file(f plan.File) (File, error) {
	out := File{Path: f.Path, Class: f.Class, Template: s.ids[f.Template], Unit: f.Unit}
	var err error
	if out.Content, err = s.content(f); err == nil && f.Instead != nil {
		out.Base = out.Content
		out.Content, err = s.content(*f.Instead)
	}
	return out, err
}

func (s *set) content(f plan.File) ([]byte, error) {
	name := f.Template
	if f.Text != "" {
		name = textName(f)
	}
	if name == "" {
		return f.Content, nil
	}
	var buf bytes.Buffer
	if err := s.ExecuteTemplate(&buf, name, f.Data); err != nil {
		return nil, fmt.Errorf("render %s: %w", f.Path, err)
	}
	if !strings.HasSuffix(f.Path, ".go") {
		return buf.Bytes(), nil
	}
	formatted, err := format.Source(buf.Bytes())
	if err != nil {
		return nil, fmt.Errorf("format %s: %w", f.Path, err)
	}
	return formatted, nil
}

// comment prints text as a Go comment, a line each.
func comment(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("// "+strings.TrimRight(line, " \t"), " ")
	}
	return strings.Join(lines, "\n")
}
