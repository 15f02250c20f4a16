package spec

// A File is the spec's syntax: what was written and where, in the order of
// the file. Parse fills it as far as the text can be understood, so parts may
// be missing when there are errors. Texts that were not given are zero.
type File struct {
	Version    Text
	App        App
	Transports []*Transport
	Store      Text // default of the services
	Static     Text
	Cluster    *Cluster // nil when not given
	Sync       *Sync    // nil when not given
	Auth       *Auth    // nil when not given
	Channels   Channels
	Services   []*Service
	Moved      []*Move

	// ServicesSpan and TransportsSpan are where these keys stand.
	ServicesSpan, TransportsSpan Span
	// Broken is set when a part could not be read, so that its absence here
	// says nothing about the spec.
	Broken bool
}

// App names the project.
type App struct {
	Key    Text // the key "app"
	Name   Text
	Module Text
}

// A Transport is one way for clients to reach the app, with its settings.
type Transport struct {
	Name       Text   // rest, socketio, primus
	Transports []Text // socketio: polling, websocket; nil when not given
	AllowEIO3  Flag   // socketio
}

// A Flag is a switch. Span is zero when the spec does not have it.
type Flag struct {
	On   bool
	Span Span
}

// Cluster says how many processes serve the app.
type Cluster struct {
	Key     Text
	Mode    Text // single, workers
	Workers Text // auto or a number
}

// Sync says how instances tell each other about events.
type Sync struct {
	Key     Text
	Backend Text    // none, local, redis, rabbitmq
	Compat  *Compat // nil when not given
}

// Compat says which events instances of another make share, and how.
type Compat struct {
	Key         Text
	Protocol    Text // feathers-sync
	Channel     Text // the key "key": what the fleet shares
	Services    []Text
	ServicesKey Text // the key "services", zero when not given
}

// Auth says how users log in.
type Auth struct {
	Key           Text
	Service       Text
	Strategies    []Text // local, jwt, apikey
	StrategiesKey Text   // the key "strategies", zero when not given
	Local         *Local // nil when not given
	Hash          Text   // bcrypt, argon2id
	Entity        Text
	Role          Text
	OAuth         []Text // names of providers
}

// Local names the fields that users log in with.
type Local struct {
	Key      Text
	Username Text
	Password Text
}

// Channels says which channels connections join without user code.
type Channels struct {
	Connection []Text
	Login      []Text
	LoginKey   Text // the key "login", zero when not given
}

// A Move is a rename that the generator is to follow.
type Move struct {
	Kind     Text // the key: service, field, method, event
	Service  Text // whose field, method or event it is; zero for a service
	From, To Text // zero when not given
}
