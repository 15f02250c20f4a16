package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// Parse reads what Format has written. With conflict markers of version
// control in it both sides count, and the later one where they disagree.
func Parse(text []byte) (*Schema, error) {
	p := &parser{services: map[string]*Service{}}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || isConflictMarker(line) {
			continue
		}
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if !p.versioned {
		return nil, fmt.Errorf("no line with the format's version; restore the file from version control")
	}
	return p.schema()
}

func isConflictMarker(line string) bool {
	for _, marker := range []string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"} {
		if rest, ok := strings.CutPrefix(line, marker); ok && (rest == "" || rest[0] == ' ') {
			return true
		}
	}
	return false
}

type parser struct {
	services  map[string]*Service
	versioned bool
}

func (p *parser) schema() (*Schema, error) {
	s := &Schema{}
	for name, svc := range p.services {
		if svc.Store == "" {
			return nil, fmt.Errorf("service %s has no line of its own", name)
		}
		svc.sort()
		s.Services = append(s.Services, svc)
	}
	slices.SortFunc(s.Services, func(a, b *Service) int { return cmp.Compare(a.Name, b.Name) })
	return s, nil
}

func (p *parser) line(line string) error {
	if number, ok := strings.CutPrefix(line, header); ok {
		v, err := strconv.Atoi(number)
		switch {
		case err != nil:
			return fmt.Errorf("format version %q is not a number", number)
		case v > version:
			return fmt.Errorf("written by a newer featherscaffold (format %d, this one knows %d): update the command", v, version)
		}
		p.versioned = true
		return nil
	}
	name, rest, _ := strings.Cut(line, " ")
	kind, rest, _ := strings.Cut(rest, " ")
	s := p.services[name]
	if s == nil {
		s = &Service{Name: name}
		p.services[name] = s
	}
	switch kind {
	case "service":
		return s.parse(rest)
	case "field":
		return s.parseField(rest)
	case "index":
		s.addIndex(strings.Fields(rest))
	case "method":
		s.Methods = add(s.Methods, rest)
	case "event":
		s.Events = add(s.Events, rest)
	default:
		return fmt.Errorf("%q is not understood", line)
	}
	return nil
}

func add(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

func (s *Service) addIndex(names []string) {
	if !slices.ContainsFunc(s.Indexes, func(other []string) bool { return slices.Equal(other, names) }) {
		s.Indexes = append(s.Indexes, names)
	}
}

func (s *Service) parse(rest string) error {
	*s = Service{Name: s.Name, Fields: s.Fields, Indexes: s.Indexes, Methods: s.Methods, Events: s.Events}
	return settings(rest, func(key, value string) bool {
		switch key {
		case "store":
			s.Store = value
		case "table":
			s.Table = value
		case "package":
			s.Package = value
		case "type":
			s.Type = value
		default:
			return false
		}
		return true
	})
}

func (s *Service) parseField(rest string) error {
	name, rest, _ := strings.Cut(rest, " ")
	f := &Field{Name: name}
	s.Fields = slices.DeleteFunc(s.Fields, func(other *Field) bool { return other.Name == name })
	s.Fields = append(s.Fields, f)
	return settings(rest, f.set)
}

func (f *Field) set(key, value string) bool {
	switch key {
	case "type":
		f.Type = model.Type(value)
	case "ref":
		f.Ref = value
	case "value":
		f.Values = append(f.Values, value)
	case "default":
		f.Default = value
	case "auto":
		f.Auto = model.Auto(value)
	default:
		return f.setFlag(key)
	}
	return true
}

func (f *Field) setFlag(word string) bool {
	switch word {
	case "list":
		f.List = true
	case "key":
		f.Key = true
	case "null":
		f.Null = true
	case "unique":
		f.Unique = true
	case "index":
		f.Index = true
	default:
		return false
	}
	return true
}

// settings reads words and key=value pairs until set does not know one.
func settings(text string, set func(key, value string) bool) error {
	for text = strings.TrimLeft(text, " "); text != ""; text = strings.TrimLeft(text, " ") {
		end := strings.IndexAny(text, " =")
		if end < 0 {
			end = len(text)
		}
		key, value := text[:end], ""
		text = text[end:]
		if strings.HasPrefix(text, "=") {
			var err error
			if value, text, err = cutValue(text[1:]); err != nil {
				return fmt.Errorf("value of %s: %w", key, err)
			}
		}
		if !set(key, value) {
			return fmt.Errorf("%q is not understood", key)
		}
	}
	return nil
}

func cutValue(text string) (value, rest string, err error) {
	if !strings.HasPrefix(text, `"`) && !strings.HasPrefix(text, "`") {
		value, rest, _ = strings.Cut(text, " ")
		return value, rest, nil
	}
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", "", fmt.Errorf("it is not quoted properly")
	}
	value, err = strconv.Unquote(quoted)
	return value, text[len(quoted):], err
}
