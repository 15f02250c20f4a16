package model

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// maxSegments is the depth of a path; the runtime looks no deeper than twice
// this.
const maxSegments = 16

var routeParam = regexp.MustCompile(`^:[A-Za-z_][A-Za-z0-9_]*$`)

// paths decides where clients find the services.
func (b *builder) paths() {
	taken := map[string]*service{}
	for _, s := range b.services {
		text := s.syntax.Path
		if !text.Given() {
			text = s.syntax.Name
		}
		if !b.path(s, text) {
			continue
		}
		shape := pathShape(s.Path)
		if other := taken[shape]; other != nil {
			b.errorf(text.Span, "path-taken", "path %s is taken by service %s", quote(s.Path), other.Name).
				Fix = "give one of the two another path"
			continue
		}
		taken[shape] = s
	}
	b.shadows(taken)
}

// pathShape is what the router sees of a path: parameters have no name there.
func pathShape(path string) string {
	segments := strings.Split(path, "/")
	for i, seg := range segments {
		if strings.HasPrefix(seg, ":") {
			segments[i] = ":"
		}
	}
	return strings.Join(segments, "/")
}

// shadows warns of a path that takes another service's records away: the
// longer path wins over an id.
func (b *builder) shadows(taken map[string]*service) {
	for _, s := range b.services {
		short, ok := strings.CutSuffix(pathShape(s.Path), "/:")
		if other := taken[short]; ok && other != nil && s.syntax.Path.Given() {
			b.diags.Warnf(s.syntax.Path.Span, "path-shadows", "path %s hides the single records of service %s", quote(s.Path), other.Name).
				Fix = "put a word behind the parameter, as in " + s.Path + "/" + s.Name
		}
	}
}

// path normalises and checks one path.
func (b *builder) path(s *service, text spec.Text) bool {
	s.Path = strings.Trim(text.Value, "/")
	offset := len(text.Value) - len(strings.TrimLeft(text.Value, "/"))
	segments := strings.Split(s.Path, "/")
	if len(segments) > maxSegments {
		b.errorf(text.Span, "bad-path", "a path has at most %d parts", maxSegments).Fix = "choose a shorter one"
		return false
	}
	if reservedPath(segments[0]) {
		b.errorf(text.At(offset, offset+len(segments[0])), "reserved-path", "path %s is used by the app itself", quote(segments[0])).
			Fix = "give the service another path, such as path: app-" + strings.ReplaceAll(segments[0], ".", "-")
		return false
	}
	ok := true
	for _, seg := range segments {
		ok = b.segment(s, seg, text.At(offset, offset+len(seg))) && ok
		offset += len(seg) + 1
	}
	return ok
}

func (b *builder) segment(s *service, seg string, at spec.Span) bool {
	const longest = 100
	problem, fix := "", "use letters, digits and - _ . ~, and :name for a parameter"
	switch {
	case seg == "":
		problem, fix = "has an empty part", "write one slash between two parts"
	case seg == "." || seg == "..":
		problem = "has the part " + quote(seg)
	case len(seg) > longest:
		problem, fix = "has a part that is longer than 100 bytes", "choose a shorter one"
	case isPrototypeName(seg):
		problem, fix = "has the part "+quote(seg)+", which JavaScript clients have on every object", "choose another word"
	case seg[0] == ':' && !routeParam.MatchString(seg):
		problem, fix = "has the parameter "+quote(seg), "name a parameter as a field: :userId"
	case seg[0] != ':' && strings.IndexFunc(seg, notInPath) >= 0:
		problem = "has the part " + quote(seg)
	case seg[0] == ':':
		return b.routeParam(s, seg[1:], at)
	default:
		return true
	}
	if s.syntax.Path.Given() || serviceName.MatchString(s.Name) && !isPrototypeName(s.Name) {
		b.errorf(at, "bad-path", "the path of %s %s", quote(s.Name), problem).Fix = fix
	}
	return false
}

func (b *builder) routeParam(s *service, name string, at spec.Span) bool {
	for _, other := range s.RouteParams {
		if other == name {
			b.errorf(at, "bad-path", "the parameter :%s is twice in the path", name).Fix = "name one of them differently"
			return false
		}
	}
	s.RouteParams = append(s.RouteParams, name)
	return true
}

func notInPath(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.~", r)
}

// reservedPath reports whether the app serves something else there.
func reservedPath(first string) bool {
	switch first {
	case "socket.io", "primus", "healthz", "readyz", "metrics", "authentication", "oauth":
		return true
	}
	return false
}

// isPrototypeName reports whether every JavaScript object has that name, in a
// way that writing to it is not safe.
func isPrototypeName(name string) bool {
	return name == "__proto__" || name == "constructor" || name == "prototype"
}
