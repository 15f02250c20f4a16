// Package model holds the resolved project: the spec with every name, default
// and reference decided, so that the templates only print.
package model

// A Project is what one spec asks for.
type Project struct {
	Name       string // app.name: the command's name, the folder below cmd/
	Module     string // Go module path of the generated project
	Transports Transports
	Cluster    *Cluster   // how many processes serve; nil for one
	Sync       *Sync      // the broker between instances; nil for none, and for sync: local
	Static     string     // folder with web files that the app serves, "" for none
	Auth       *Auth      // how users log in; nil for an app without users
	Channels   Channels   // who joins what without user code
	Services   []*Service // in the spec's order, then Auth.APIKeys
	Stores     []string   // kinds of store in use, sorted, "none" left out
	Moved      []Move     // what had other names once
}

// Transports says how clients reach the app. A nil transport is not served.
type Transports struct {
	REST     *REST
	SocketIO *SocketIO
	Primus   *Primus
}

// REST holds the settings of the REST transport.
type REST struct{}

// SocketIO holds the settings of the Socket.IO transport.
type SocketIO struct {
	Transports []string // "polling", "websocket"; nil means both
	AllowEIO3  bool
}

// Primus holds the settings of the Primus transport.
type Primus struct{}

// Cluster says how many processes of a host serve the app. They hear each
// other's events through their supervisor.
type Cluster struct {
	Workers int // 0 for one a CPU
}

// Sync says over which broker instances hear of each other's events.
type Sync struct {
	Backend string  // redis, rabbitmq
	Compat  *Compat // nil for instances of this app alone
}

// Compat says which events Node instances with feathers-sync share.
type Compat struct {
	Key      string // of the fleet: "feathers-sync"
	Services []*Service
}

// Channels lists the channels that connections join.
type Channels struct {
	Connection []string // on connection

	// Login lists the channels that a connection joins when its user logs in.
	// Their fields are of the user's record. At most one field of a channel is
	// a list: the connection then joins a channel for each of its items. A
	// channel with a field that the user lacks is not joined. It is nil without
	// Auth, and for login: [].
	Login []Channel
}

// A Service is one service with its record.
type Service struct {
	Name        string   // key in the spec: "messages"
	Path        string   // where clients find it, no outer slashes: "users/:userId/posts"
	RouteParams []string // names of the path's :parameters, in order
	Package     string   // Go package name below internal/gen and services: "messages"
	Type        string   // Go type of the record: "Message"
	Article     string   // "a" or "an", what stands before Type in prose
	File        string   // base name of the record's files without ".go": "message"
	Doc         string   // doc: text of the spec, "" when there is none
	Store       string   // memory, sqlite, none
	ID          *Field   // the id field, also Fields[0]
	Fields      []*Field // id first, then the spec's order, then timestamps
	Indexes     [][]*Field
	Paginate    Paginate
	Methods     []string // exposed standard methods, in the order find get create update patch remove
	Multi       []string // create, patch, remove that work on many records
	Custom      []*Custom
	Events      []*Event // custom events, those of custom methods (emits) included
	Hooks       []*Hook
	Publish     []Publish // in the order of events: "" (every other event) last
	Local       bool      // its events stay in the process where they happen
	Outbox      bool      // its events are stored along with the change

	// Access has one entry for each of Methods, in their order, then one for
	// each of Custom.
	Access []Access
	// Owner is the field that says whose a record is: the one with User set, of
	// the users' own service its id. It is nil where records have no owner.
	Owner *Field
	// APIKeys marks the service that strategy apikey brings along, which is
	// also Auth.APIKeys. The server makes its keys' key and hash.
	APIKeys bool
}

// Paginate is the page size of find. Off means a plain array.
type Paginate struct {
	Off     bool
	Default int
	Max     int
}

// Type is a field's type in the spec.
type Type string

// The types of a field.
const (
	String   Type = "string"
	Text     Type = "text"
	Int      Type = "int"
	Number   Type = "number"
	Bool     Type = "bool"
	Time     Type = "time"
	Date     Type = "date"
	UUID     Type = "uuid"
	Email    Type = "email"
	URL      Type = "url"
	JSON     Type = "json"
	Enum     Type = "enum"
	Password Type = "password"
	Ref      Type = "ref" // another service's id: "id" (own) or "-> service"
)

// A Field is one field of a record, or of a custom method's or event's data.
type Field struct {
	Name   string // as in JSON and SQL: "createdAt"
	GoName string // as in Go: "CreatedAt"
	Type   Type
	List   bool     // a list of Type
	IDType Type     // for Ref and id fields: Int, UUID or String
	Ref    *Service // for Ref; nil for a plain id
	Doc    string

	Min, Max *float64 // length for strings and lists, value for numbers; nil is no bound
	Enum     []EnumValue

	Required  bool // must be given on create: of a ReadOnly field by the server, else by clients
	Nullable  bool // may be null
	Unique    bool
	Index     bool
	ReadOnly  bool // set by the server: by the spec's word, as User, or as a role or a provider's id
	WriteOnly bool // never shown
	Immutable bool // given on create only

	// User marks a field with = $user: create sets it to the id of the caller's
	// user, and no client writes it (ReadOnly is set). Ref is the users' service.
	// A call without a user leaves it absent.
	User bool
	// Visible says who sees the field, in answers and in events; who does not
	// see it may not find, sort or select by it either. nil is everybody.
	Visible *Visible
	// Writable lists the roles of which a user needs one to write the field.
	// nil is whoever may call the method, as far as the field can be written.
	Writable []EnumValue

	Default *string // JSON of the default: `25`, `"member"`, `true`; nil for none
	Auto    Auto
}

// Auto says what the server fills in by itself.
type Auto string

// What the server fills in.
const (
	AutoNone    Auto = ""
	AutoID      Auto = "id"      // made by the store (int) or the runtime (uuid)
	AutoCreated Auto = "created" // the time of the create
	AutoUpdated Auto = "updated" // the time of the last write
)

// An EnumValue is one value of an enum field.
type EnumValue struct {
	Value  string // "admin"
	GoName string // constant's name without the type: "Admin"
}

// A Custom is a custom method: data in, result out.
type Custom struct {
	Name    string // "markRead"
	GoName  string // "MarkRead"
	Doc     string
	In      []*Field // nil: takes no data
	Out     []*Field // nil: no fields of its own
	OutRef  *Service // the result is this service's record, nil otherwise
	OutList bool     // the result is a list of OutRef's records
	Emits   *Event   // the event sent with the result when the method succeeds, nil for none
}

// An Event is a custom event of a service.
type Event struct {
	Name       string
	GoName     string
	Doc        string
	Fields     []*Field // nil for an event that a custom method emits: its result is the payload
	FromCustom *Custom  // the method that emits it, nil for one sent by Go code
	Local      bool     // it stays in the process where it happens
}

// A Hook is one use of a user's hook.
type Hook struct {
	Type   string // before, after, error, around
	Method string // find … remove, a custom method's name, or "all"
	Name   string // "sanitize"
	GoName string // "Sanitize"
}

// Publish says to which channels an event goes.
type Publish struct {
	Event    string // "created", a custom event; "" for every event without a rule of its own
	Channels []Channel
}

// A Channel is a channel name with placeholders: "rooms/{room}".
type Channel struct {
	Parts []ChannelPart
}

// A ChannelPart is literal text or, with Field set, the field's value.
type ChannelPart struct {
	Text  string
	Field *Field
	User  bool // Field is of the user's record, as in Channels.Login, not of what is sent
}
