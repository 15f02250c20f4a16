package specedit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// A Spec is a spec's text that can be added to. Each method returns the new
// text and leaves the Spec as it is. Names are added as they are given.
type Spec struct{ *document }

// Open reads a spec. path is only shown in messages. The Spec is nil when the
// diagnostics have errors.
func Open(path string, src []byte) (*Spec, *spec.Diagnostics) {
	d, diags := open(path, src)
	if d == nil {
		return nil, diags
	}
	return &Spec{d}, diags
}

// Services returns the names of the services.
func (s *Spec) Services() []string { return keys(s.root.Get("services")) }

func keys(m *spec.Node) (names []string) {
	if m == nil || m.Kind != spec.MappingNode {
		return nil
	}
	for i := 0; i < len(m.Content); i += 2 {
		names = append(names, m.Content[i].Value)
	}
	return names
}

// A Service is what a new service begins with.
type Service struct {
	Name    string
	Fields  []Pair
	Methods []string // nil for the default
	Publish []string // nil for none
}

// AddService adds a service.
func (s *Spec) AddService(service Service) ([]byte, error) {
	if slices.Contains(s.Services(), service.Name) {
		return nil, fmt.Errorf("there is a service %s already", spec.Quote(service.Name))
	}
	var pairs []Pair
	if len(service.Fields) > 0 {
		pairs = append(pairs, Pair{Name: "fields", value: lines(service.Fields...)})
	}
	if service.Methods != nil {
		pairs = append(pairs, Pair{Name: "methods", value: &value{list: service.Methods}})
	}
	if service.Publish != nil {
		pairs = append(pairs, Pair{Name: "publish", value: &value{list: service.Publish}})
	}
	v := lines(pairs...)
	if pairs == nil {
		v = &value{pairs: []Pair{}}
	}
	return s.add([]string{"services"}, Pair{Name: service.Name, value: v})
}

// AddField adds a field to a service.
func (s *Spec) AddField(service, name, typ string) ([]byte, error) {
	return s.addTo(service, "fields", "field", Pair{Name: name, Type: typ})
}

// AddEvent adds a custom event to a service.
func (s *Spec) AddEvent(service, name string, fields []Pair) ([]byte, error) {
	return s.addTo(service, "events", "event", Pair{Name: name, value: fieldMap(fields)})
}

// A Method is a custom method. The result is the record of the service
// OutService, a list of such records, or has the fields Out.
type Method struct {
	Name       string
	In, Out    []Pair
	OutService string
	OutList    bool
	Emits      string // "" for no event
}

// AddMethod adds a custom method to a service.
func (s *Spec) AddMethod(service string, m Method) ([]byte, error) {
	var pairs []Pair
	if len(m.In) > 0 {
		pairs = append(pairs, Pair{Name: "in", value: fieldMap(m.In)})
	}
	switch {
	case m.OutList:
		pairs = append(pairs, Pair{Name: "out", value: &value{list: []string{m.OutService}}})
	case m.OutService != "":
		pairs = append(pairs, Pair{Name: "out", Type: m.OutService})
	case len(m.Out) > 0:
		pairs = append(pairs, Pair{Name: "out", value: fieldMap(m.Out)})
	}
	if m.Emits != "" {
		pairs = append(pairs, Pair{Name: "emits", Type: m.Emits})
	}
	return s.addTo(service, "custom", "custom method", Pair{Name: m.Name, value: fieldMap(pairs)})
}

func fieldMap(pairs []Pair) *value {
	if len(pairs) == 0 {
		return &value{pairs: []Pair{}}
	}
	return mapping(pairs...)
}

// AddStandardMethod exposes another standard method of a service. Without a
// list of methods the service has those of defaults, and gets a list.
func (s *Spec) AddStandardMethod(service, method string, defaults []string) ([]byte, error) {
	node, err := s.service(service)
	if err != nil {
		return nil, err
	}
	list := node.Get("methods")
	switch {
	case list == nil && slices.Contains(defaults, method), list != nil && has(list, method):
		return nil, fmt.Errorf("service %s has the method %s already", spec.Quote(service), method)
	case list == nil:
		methods := slices.DeleteFunc(spec.Methods(), func(m string) bool { return m != method && !slices.Contains(defaults, m) })
		return s.add([]string{"services", service}, Pair{Name: "methods", value: &value{list: methods}})
	case list.Kind != spec.ListNode || !list.Flow && len(list.Content) == 0:
		return nil, fmt.Errorf("methods of service %s is not written as a list", spec.Quote(service))
	}
	return s.apply(s.append(list, method))
}

func has(list *spec.Node, item string) bool {
	return list.Value == item || slices.ContainsFunc(list.Content, func(n *spec.Node) bool { return n.Value == item })
}

// addTo adds a pair to one of a service's mappings.
func (s *Spec) addTo(service, key, what string, p Pair) ([]byte, error) {
	node, err := s.service(service)
	if err != nil {
		return nil, err
	}
	if slices.Contains(keys(node.Get(key)), p.Name) {
		return nil, fmt.Errorf("service %s has a %s %s already", spec.Quote(service), what, spec.Quote(p.Name))
	}
	return s.add([]string{"services", service, key}, p)
}

func (s *Spec) service(name string) (*spec.Node, error) {
	if services := s.root.Get("services"); services != nil {
		if node := services.Get(name); node != nil {
			return node, nil
		}
	}
	err := fmt.Errorf("there is no service %s", spec.Quote(name))
	if names := s.Services(); len(names) > 0 {
		err = fmt.Errorf("%w; there are %s", err, strings.Join(names, ", "))
	}
	return nil, err
}
