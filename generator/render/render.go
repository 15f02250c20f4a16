// Package render turns planned files into bytes: it runs their templates and
// formats Go code. It decides nothing and writes nothing.
package render

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/format"
	"go/scanner"
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

	// Base is what the file's own template gives where Content is an example's;
	// nil where Content is just that.
	Base     []byte
	Template string // the template's name and hash, "README.md@0a1b2c3d4e5f"; "" for none
	Unit     string // name of the service that the file is about; "" for the app
}

// OwnDir is the folder of a project's own templates, as errors and the lock
// name them.
const OwnDir = ".featherscaffold/templates"

// Files renders the planned files from the templates and returns them sorted
// by path. A template lies at its name with ".tmpl" behind; those in the
// folder partials can be used by all. The project's own, by their names, take
// the place of others; partials are named partials/NAME.
func Files(planned []plan.File, templates fs.FS, own map[string]string) ([]File, error) {
	set, err := parseAll(planned, templates, own)
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
	own      map[string]string // the project's, by name
	partials string            // text of those that all can use
	names    map[string]string // a template's name → how it is called in the set
	ids      map[string]string // a template's name → its name and hash
}

// parseAll reads the templates that the files use, each once.
func parseAll(planned []plan.File, templates fs.FS, own map[string]string) (*set, error) {
	s := &set{own: own, names: map[string]string{}, ids: map[string]string{}}
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
		called, text, err := s.source(templates, strings.TrimSuffix(name, ".tmpl"), name)
		if err != nil {
			return err
		}
		all = append(all, text...)
		if _, err := s.New(called).Parse(text); err != nil {
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
	if f.Template == "" || s.names[f.Template] != "" {
		return nil
	}
	called, text, err := s.source(templates, f.Template, "files/"+f.Template+".tmpl")
	if err != nil {
		return err
	}
	s.names[f.Template], s.ids[f.Template] = called, called+"@"+s.hash(text)
	_, err = s.New(called).Parse(text)
	return err
}

// source returns a template's text, and how it is called where people read of
// it: the project's own by the file that they wrote.
func (s *set) source(templates fs.FS, name, file string) (called, text string, err error) {
	if text, ok := s.own[name]; ok {
		return OwnDir + "/" + name + ".tmpl", text, nil
	}
	data, err := fs.ReadFile(templates, file)
	return name, string(data), err
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
	name := s.names[f.Template]
	if f.Text != "" {
		name = textName(f)
	}
	if name == "" {
		return f.Content, nil
	}
	buf := bounded{template: name}
	if err := s.ExecuteTemplate(&buf, name, f.Data); err != nil {
		return nil, fmt.Errorf("render %s: %w", f.Path, err)
	}
	if !strings.HasSuffix(f.Path, ".go") {
		return buf.Bytes(), nil
	}
	formatted, err := format.Source(buf.Bytes())
	if err != nil {
		return nil, fmt.Errorf("format %s, made by %s: %w%s", f.Path, name, err, lineOf(buf.Bytes(), err))
	}
	return formatted, nil
}

// lineOf returns the line of Go that an error of its syntax is about.
func lineOf(src []byte, err error) string {
	var list scanner.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return ""
	}
	lines := strings.Split(string(src), "\n")
	if at := list[0].Pos.Line; at >= 1 && at <= len(lines) {
		return ": " + strings.TrimSpace(lines[at-1])
	}
	return ""
}

// maxOutput bounds what a template may print.
const maxOutput = 16 << 20

// A bounded buffer stops a template that would print without end.
type bounded struct {
	bytes.Buffer
	template string // its name
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxOutput {
		return 0, fmt.Errorf("%s prints more than %d MiB", b.template, maxOutput>>20)
	}
	return b.Buffer.Write(p)
}

// comment prints text as a Go comment, a line each.
func comment(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("// "+strings.TrimRight(line, " \t"), " ")
	}
	return strings.Join(lines, "\n")
}
