package runtime

import "context"

// audience holds what an app's own code says about who hears the events of
// services, by path.
type audience struct {
	publish map[string][]func(context.Context, *Event, *Call, []string) []string
	filter  map[string][]func(*Event, *Connection) bool
}

// Publish has f change the channels that get the events of the service with
// the path: it is given those that the service names itself, and returns those
// that count. It is called before the service is added, and runs as a
// Publisher does.
func (a *App) Publish(path string, f func(ctx context.Context, e *Event, c *Call, channels []string) []string) {
	if a.audience.publish == nil {
		a.audience.publish = map[string][]func(context.Context, *Event, *Call, []string) []string{}
	}
	a.audience.publish[path] = append(a.audience.publish[path], f)
}

// Filter has f keep events of the service with the path from single
// connections, as Service.Filter does. It is called before the service is
// added.
func (a *App) Filter(path string, f func(e *Event, c *Connection) bool) {
	if a.audience.filter == nil {
		a.audience.filter = map[string][]func(*Event, *Connection) bool{}
	}
	a.audience.filter[path] = append(a.audience.filter[path], f)
}

// decide puts the app's own code behind what the service says.
func (a *audience) decide(s *Service) {
	for _, f := range a.publish[s.Path] {
		own := s.Publish
		s.Publish = func(ctx context.Context, e *Event, c *Call) []string {
			var channels []string
			if own != nil {
				channels = own(ctx, e, c)
			}
			return f(ctx, e, c, channels)
		}
	}
	for _, f := range a.filter[s.Path] {
		own := s.Filter
		s.Filter = func(e *Event, c *Connection) bool { return (own == nil || own(e, c)) && f(e, c) }
	}
}
