package runtime

import "github.com/featherscaffold/featherscaffold/runtime/internal/route"

// maxSegments bounds the depth of paths that are looked up.
const maxSegments = 32

// Lookup returns the service at a path, given as its segments without empty
// ones at either end. With one segment too many the last is the id. It
// returns nil when there is no such service. Paths are case-sensitive.
func (a *App) Lookup(segments []string) (s *Service, params Route, id string, hasID bool) {
	if len(segments) > maxSegments {
		return nil, nil, "", false
	}
	s, hasID = a.routes.Find(segments)
	if s == nil || len(segments) > len(s.segments)+1 {
		return nil, nil, "", false
	}
	for i, segment := range s.segments {
		if name, ok := route.Parameter(segment); ok {
			params = append(params, RouteParam{name, segments[i]})
		}
	}
	if hasID {
		id = segments[len(segments)-1]
	}
	return s, params, id, hasID
}
