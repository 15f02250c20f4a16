package spec

// A Service is one entry below "services".
type Service struct {
	Name       Text
	Doc        Text
	Path       Text
	Type       Text
	Store      Text
	ID         *ID // nil when not given
	Fields     []*Field
	Timestamps Flag
	Indexes    [][]Text
	Paginate   *Paginate // nil when not given
	Methods    []Text    // nil when not given
	Multi      []Text
	Custom     []*Custom
	Events     []*Event
	Hooks      []*Hook
	Publish    *Publish // nil when not given
	Sync       *Flag    // nil when not given
	Outbox     Flag
	Access     []*Access
}

// ID describes the id field.
type ID struct {
	Key  Text
	Name Text // zero for "id"
	Type Text // int, uuid, string; zero for int
}

// Paginate is the page size of find.
type Paginate struct {
	Span    Span
	Off     bool
	Default Number
	Max     Number
}

// A Number is a number of the spec. Span is zero when it was not given.
type Number struct {
	Value float64
	Span  Span
}

// A Custom is a custom method.
type Custom struct {
	Name    Text
	Doc     Text
	In      []*Field
	Out     []*Field
	OutRef  Text // the service whose record is the result, zero when Out describes it
	OutList bool // the result is a list of OutRef's records
	Emits   Text
}

// An Event is a custom event.
type Event struct {
	Name   Text
	Doc    Text
	Sync   *Flag // nil when not given
	Fields []*Field
}

// A Hook is one use of a hook: before, after, error or around a method.
type Hook struct {
	Type   string
	Method Text // a method's name or "all"
	Name   Text
}

// Publish says where events go.
type Publish struct {
	Key   Text
	Rules []*PublishRule
}

// A PublishRule gives the channels of one event, or of every other event.
type PublishRule struct {
	Event    Text // zero: every event without a rule of its own
	Span     Span
	Channels []Text
}

// Access says who may call a method.
type Access struct {
	Method Text   // zero: every method without an entry of its own
	Words  []Text // any of them suffices: public, authenticated, owner, policy, a role
}
