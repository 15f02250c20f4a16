package spec

import (
	"sort"
	"strings"
)

// A shape is a mapping of the spec: its name in the JSON Schema and in
// messages, and its keys. Shapes without keys take names of the user's.
type shape struct {
	name string
	keys []string
}

// title names the shape in a message.
func (s shape) title() string {
	switch s.name {
	case "file":
		return "the spec"
	case "service", "field":
		return "a " + s.name
	case "event":
		return "an event"
	case "custom":
		return "a custom method"
	}
	return s.name
}

// example tells how the shape is written.
func (s shape) example() string {
	if s.keys == nil {
		return "write a name and what it is on each line"
	}
	return "write it as " + s.keys[0] + ": …, with the other keys beside it: " + strings.Join(sorted(s.keys[1:]), ", ")
}

// The mappings of the spec. The JSON Schema has a definition for each, and a
// test compares the keys.
var (
	fileShape = shape{"file", []string{
		"version", "app", "transports", "store", "static", "cluster", "sync", "auth", "channels", "services", "moved",
	}}
	appShape        = shape{"app", []string{"name", "module"}}
	transportsShape = shape{"transports", []string{"rest", "socketio", "primus"}}
	restShape       = shape{"rest", nil}
	socketioShape   = shape{"socketio", []string{"transports", "allowEIO3"}}
	primusShape     = shape{"primus", nil}
	clusterShape    = shape{"cluster", []string{"mode", "workers"}}
	syncShape       = shape{"sync", []string{"backend", "compat"}}
	compatShape     = shape{"compat", []string{"protocol", "key", "services"}}
	authShape       = shape{"auth", []string{"service", "strategies", "local", "hash", "entity", "role", "oauth"}}
	localShape      = shape{"local", []string{"username", "password"}}
	channelsShape   = shape{"channels", []string{"connection", "login"}}
	moveShape       = shape{"move", []string{"service", "field", "method", "event"}}
	renameShape     = shape{"rename", []string{"from", "to"}}
	memberShape     = shape{"member", []string{"service", "from", "to"}}
	serviceShape    = shape{"service", []string{
		"doc", "path", "type", "store", "id", "fields", "timestamps", "index", "paginate", "methods", "multi",
		"custom", "events", "hooks", "publish", "sync", "outbox", "access",
	}}
	idShape    = shape{"id", []string{"name", "type"}}
	fieldShape = shape{"field", []string{
		"type", "values", "min", "max", "required", "nullable", "unique", "index", "readonly", "writeonly",
		"immutable", "visible", "writable", "default", "doc",
	}}
	paginateShape = shape{"paginate", []string{"default", "max"}}
	customShape   = shape{"custom", []string{"doc", "in", "out", "emits"}}
	eventShape    = shape{"event", []string{"doc", "sync", "fields"}}
	hooksShape    = shape{"hooks", []string{"before", "after", "error", "around"}}
)

// The mappings whose keys are names of the user's.
var (
	servicesShape  = shape{name: "services"}
	customsShape   = shape{name: "custom methods"}
	eventsShape    = shape{name: "events"}
	hookTypeShape  = shape{name: "hooks of one type"}
	publishShape   = shape{name: "publish"}
	accessShape    = shape{name: "access"}
	jsonValueShape = shape{name: "default"}
)

func shapes() []shape {
	return []shape{
		fileShape, appShape, transportsShape, restShape, socketioShape, primusShape, clusterShape, syncShape, compatShape,
		authShape, localShape, channelsShape, moveShape, renameShape, memberShape, serviceShape, idShape, fieldShape,
		paginateShape, customShape, eventShape, hooksShape,
	}
}

// The words that a key may have as its value. The JSON Schema lists them too,
// and the same test compares them.
var (
	storeWords      = []string{"memory", "sqlite", "postgres", "mysql", "none"}
	modeWords       = []string{"single", "workers"}
	backendWords    = []string{"none", "local", "redis", "rabbitmq"}
	protocolWords   = []string{"feathers-sync"}
	strategyWords   = []string{"local", "jwt", "apikey"}
	hashWords       = []string{"bcrypt", "argon2id"}
	engineWords     = []string{"polling", "websocket"}
	idTypeWords     = []string{"int", "uuid", "string"}
	methodWords     = []string{"find", "get", "create", "update", "patch", "remove"}
	multiWords      = []string{"create", "patch", "remove"}
	transportsWords = transportsShape.keys
)

// sorted returns a sorted copy, for messages that list what there is.
func sorted(words []string) []string {
	out := append([]string(nil), words...)
	sort.Strings(out)
	return out
}
