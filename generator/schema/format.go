package schema

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	version = 1
	header  = "# featherscaffold schema "
)

// Format writes a schema as text, one sorted line a thing, so that version
// control merges it line by line:
//
//	# featherscaffold schema 1
//	rooms service store=sqlite table=rooms package=rooms type=Room
//	rooms field name type=string unique
//	rooms field role type=enum value=admin value=member default=`"member"`
//	rooms index name role
//	rooms method join
//	rooms event joined
//
// Values that hold blanks or quotes are quoted as in Go.
func (s *Schema) Format() []byte {
	var lines []string
	for _, svc := range s.Services {
		lines = append(lines, svc.lines()...)
	}
	slices.Sort(lines)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%d\n", header, version)
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	return b.Bytes()
}

func (s *Service) lines() []string {
	l := line{s.Name + " service"}
	l.set("store", s.Store)
	l.set("table", s.Table)
	l.set("package", s.Package)
	l.set("type", s.Type)
	lines := []string{l.text}
	for _, f := range s.Fields {
		lines = append(lines, f.line(s.Name))
	}
	for _, names := range s.Indexes {
		lines = append(lines, s.Name+" index "+strings.Join(names, " "))
	}
	for _, name := range s.Methods {
		lines = append(lines, s.Name+" method "+name)
	}
	for _, name := range s.Events {
		lines = append(lines, s.Name+" event "+name)
	}
	return lines
}

func (f *Field) line(service string) string {
	l := line{service + " field " + f.Name}
	l.set("type", string(f.Type))
	l.flag("list", f.List)
	l.set("ref", f.Ref)
	for _, v := range f.Values {
		l.text += " value=" + quote(v)
	}
	l.flag("key", f.Key)
	l.flag("null", f.Null)
	l.flag("unique", f.Unique)
	l.flag("index", f.Index)
	l.set("default", f.Default)
	l.set("auto", string(f.Auto))
	return l.text
}

// line is a line on its way.
type line struct{ text string }

func (l *line) set(key, value string) {
	if value != "" {
		l.text += " " + key + "=" + quote(value)
	}
}

func (l *line) flag(word string, on bool) {
	if on {
		l.text += " " + word
	}
}

// quote quotes what would not be read back as it is.
func quote(s string) string {
	quoted := strconv.Quote(s)
	switch {
	case s != "" && quoted[1:len(quoted)-1] == s && !strings.ContainsAny(s, " `"):
		return s
	case strconv.CanBackquote(s):
		return "`" + s + "`"
	}
	return quoted
}
