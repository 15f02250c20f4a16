package runtime

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime/internal/hub"
	"github.com/featherscaffold/featherscaffold/runtime/internal/index"
	"github.com/featherscaffold/featherscaffold/runtime/internal/missed"
	"github.com/featherscaffold/featherscaffold/runtime/internal/route"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An App holds services and the clients connected to it.
type App struct {
	log           *slog.Logger
	hooks         Hooks
	services      map[string]*Service // by path
	routes        route.Tree[Service]
	audience      audience
	views         map[*record.Schema]*view
	schemas       map[string]*record.Schema // of records, by name
	auth          Authenticator             // nil: everybody may call
	bus           Bus                       // nil: there is this process only
	mirror        Mirror                    // nil for none
	missed        missed.Count              // events that clients are yet to be told of
	telling       sync.Mutex                // held while they are told
	counts        counts
	outbox        func(path, event string, fields record.FieldSet) kept.Ticket
	hub           hub.Hub[*Connection]
	users         index.Index[userKey, *Connection] // connections of logins
	connected     []func(*Connection)
	disconnected  []func(*Connection)
	loginChannels []func(*Identity) []string
	loggedIn      []func(context.Context, *Identity, *Connection)
	loggedOut     []func(context.Context, *Identity, *Connection)
}

// Options are the settings of an App. The zero value is fine.
type Options struct {
	Logger *slog.Logger // nil for slog.Default()
	Hooks  Hooks        // of every service, around the service's own
}

// New returns an App without services.
func New(o Options) *App {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &App{
		log:      o.Logger,
		hooks:    o.Hooks,
		services: map[string]*Service{},
		views:    map[*record.Schema]*view{},
		schemas:  map[string]*record.Schema{},
	}
}

// Logger returns the app's logger.
func (a *App) Logger() *slog.Logger { return a.log }

// Use adds a service. It reports a path that is taken, a method that is there
// twice and methods without a store.
func (a *App) Use(s *Service) error {
	if err := s.prepare(a); err != nil {
		return err
	}
	if taken := a.routes.Add(s.segments, s); taken != nil {
		return fmt.Errorf("service %s: the path is taken by service %s", s.Path, taken.Path)
	}
	a.audience.decide(s)
	a.services[s.Path] = s
	if s.Store != nil {
		a.schemas[s.Schema.Name] = s.Schema
	}
	if v := newView(s); v != nil {
		a.views[s.Schema] = v
	}
	return nil
}

// Service returns the service with the path that it was registered with, nil
// when there is none.
func (a *App) Service(path string) *Service { return a.services[path] }

// Services returns all services, ordered by path.
func (a *App) Services() []*Service {
	list := make([]*Service, 0, len(a.services))
	for _, path := range slices.Sorted(maps.Keys(a.services)) {
		list = append(list, a.services[path])
	}
	return list
}

// OnConnect has f called for every client that connects, before the client's
// first call. It is where connections join channels.
func (a *App) OnConnect(f func(*Connection)) { a.connected = append(a.connected, f) }

// OnDisconnect has f called for every client that is gone, after it left its
// channels.
func (a *App) OnDisconnect(f func(*Connection)) { a.disconnected = append(a.disconnected, f) }
