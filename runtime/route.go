package runtime

import (
	"fmt"
	"strings"
)

// maxSegments bounds the depth of paths that are looked up.
const maxSegments = 32

// node is one segment's place in the tree of service paths.
type node struct {
	static  map[string]*node
	param   *node // matches any segment
	service *Service
}

func (n *node) add(s *Service) error {
	for _, segment := range s.segments {
		n = n.child(segment)
	}
	if n.service != nil {
		return fmt.Errorf("service %s: the path is taken by service %s", s.Path, n.service.Path)
	}
	n.service = s
	return nil
}

func (n *node) child(segment string) *node {
	if _, ok := parameter(segment); ok {
		if n.param == nil {
			n.param = &node{}
		}
		return n.param
	}
	if n.static == nil {
		n.static = map[string]*node{}
	}
	if n.static[segment] == nil {
		n.static[segment] = &node{}
	}
	return n.static[segment]
}

// find returns the service for the segments, of which the last may be an id.
// Static segments win over parameters, a longer path over an id.
func (n *node) find(segments []string) (s *Service, id bool) {
	if len(segments) == 0 {
		return n.service, false
	}
	if next := n.static[segments[0]]; next != nil {
		if s, id = next.find(segments[1:]); s != nil {
			return s, id
		}
	}
	if n.param != nil && segments[0] != "" {
		if s, id = n.param.find(segments[1:]); s != nil {
			return s, id
		}
	}
	if len(segments) > 1 {
		return nil, false
	}
	return n.service, n.service != nil
}

// Lookup returns the service at a path, given as its segments without empty
// ones at either end. With one segment too many the last is the id. It
// returns nil when there is no such service. Paths are case-sensitive.
func (a *App) Lookup(segments []string) (s *Service, route Route, id string, hasID bool) {
	if len(segments) > maxSegments {
		return nil, nil, "", false
	}
	s, hasID = a.routes.find(segments)
	if s == nil || len(segments) > len(s.segments)+1 {
		return nil, nil, "", false
	}
	for i, segment := range s.segments {
		if name, ok := parameter(segment); ok {
			route = append(route, RouteParam{name, segments[i]})
		}
	}
	if hasID {
		id = segments[len(segments)-1]
	}
	return s, route, id, hasID
}

// split returns a path's segments, empty ones left out.
func split(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// parameter returns the name of a :parameter segment.
func parameter(segment string) (string, bool) { return strings.CutPrefix(segment, ":") }
