package model_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

const chat = `version: 1
app: { name: chat }
transports: [rest, socketio]
store: sqlite
static: web
channels: { connection: [everybody, lobby] }
services:
  users:
    doc: People who write.
    fields:
      name: string(1..80)! unique
      role: enum(admin|member) = member
      password: password(8..)!
    publish: [everybody]
  rooms:
    id: { name: key, type: uuid }
    fields: { name: string(1..60)! unique, topic: "string(..250)?", private: bool = false, tags: "[string](..5) = [a, b]" }
    timestamps: true
    custom:
      join: { in: { room: id! }, out: rooms, emits: joined }
      list: { out: "[rooms]" }
      leave:
    publish: { default: ["rooms/{key}"], created: [everybody] }
  messages:
    path: /rooms/:roomKey/messages/
    type: ChatMessage
    fields:
      text: string(1..2000)!
      room: -> rooms!
      author: -> users!
      replyTo: id
    timestamps: true
    index: [[room, createdAt]]
    paginate: { default: 50 }
    methods: [patch, find, create]
    multi: [patch, create]
    custom:
      markRead: { doc: Marks., in: { ids: "[id]!" }, out: { count: int! }, emits: read }
    events: { typing: { room: -> rooms!, user: id! }, ping: {} }
    hooks: { before: { create: [sanitize, check], all: check }, around: { markRead: [measure] } }
    publish: ["rooms/{room}", everybody]
  feed: { store: none, custom: { now: {} }, publish: nobody }
  cache: { store: memory, id: { type: string }, paginate: false, publish: nobody }
`

func build(t testing.TB, src string) *model.Project {
	t.Helper()
	f, diags := spec.Parse("feathers.yaml", []byte(src))
	p := model.Build(f, diags)
	if p == nil {
		var b strings.Builder
		diags.Print(&b, false)
		t.Fatalf("Build:\n%s", b.String())
	}
	return p
}

func service(t testing.TB, p *model.Project, name string) *model.Service {
	t.Helper()
	for _, s := range p.Services {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no service %s", name)
	return nil
}

// line writes a field in short.
func line(f *model.Field) string {
	out := f.Name + " " + f.GoName + " " + string(f.Type)
	if f.List {
		out = f.Name + " " + f.GoName + " [" + string(f.Type) + "]"
	}
	if f.IDType != "" {
		out += ":" + string(f.IDType)
	}
	if f.Ref != nil {
		out += "->" + f.Ref.Name
	}
	if f.Min != nil {
		out += fmt.Sprint(" min ", *f.Min)
	}
	if f.Max != nil {
		out += fmt.Sprint(" max ", *f.Max)
	}
	for _, flag := range []struct {
		on   bool
		name string
	}{{f.Required, "required"}, {f.Nullable, "nullable"}, {f.Unique, "unique"}, {f.Index, "index"}, {f.ReadOnly, "readonly"},
		{f.WriteOnly, "writeonly"}, {f.Immutable, "immutable"}} {
		if flag.on {
			out += " " + flag.name
		}
	}
	if f.Default != nil {
		out += " = " + *f.Default
	}
	if f.Auto != "" {
		out += " auto " + string(f.Auto)
	}
	return out
}

func lines(fields []*model.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, line(f))
	}
	return strings.Join(out, "\n")
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func TestBuildResolvesFields(t *testing.T) {
	t.Parallel()
	p := build(t, chat)
	for name, want := range map[string]string{
		"users": `id ID int:int readonly auto id
name Name string min 1 max 80 required unique
role Role enum = "member"
password Password password min 8 required writeonly`,
		"rooms": `key Key uuid:uuid immutable auto id
name Name string min 1 max 60 required unique
topic Topic string max 250 nullable
private Private bool = false
tags Tags [string] max 5 = ["a","b"]
createdAt CreatedAt time readonly auto created
updatedAt UpdatedAt time readonly auto updated`,
		"messages": `id ID int:int readonly auto id
text Text string min 1 max 2000 required
room Room ref:uuid->rooms required
author Author ref:int->users required
replyTo ReplyTo ref:int
createdAt CreatedAt time readonly auto created
updatedAt UpdatedAt time readonly auto updated`,
		"cache": `id ID string:string min 1 max 255 required immutable`,
	} {
		s := service(t, p, name)
		equal(t, "fields of "+name, lines(s.Fields), want)
		if s.ID != s.Fields[0] {
			t.Errorf("the id of %s is not its first field", name)
		}
	}
}

func TestBuildResolvesTheProject(t *testing.T) {
	t.Parallel()
	p := build(t, chat)
	equal(t, "module", p.Module, "example.com/chat")
	equal(t, "static", p.Static, "web")
	equal(t, "stores", p.Stores, []string{"memory", "sqlite"})
	equal(t, "channels", p.Channels.Connection, []string{"everybody", "lobby"})
	equal(t, "socketio", p.Transports.SocketIO, &model.SocketIO{})
	if p.Transports.REST == nil || p.Transports.Primus != nil {
		t.Errorf("transports: got %+v, want rest and socketio", p.Transports)
	}
	bare := build(t, "version: 1\napp: { name: a }\nservices: { a: { publish: nobody } }\n")
	if bare.Transports.REST == nil || bare.Transports.SocketIO == nil {
		t.Errorf("default transports: got %+v, want rest and socketio", bare.Transports)
	}
	equal(t, "default store", bare.Services[0].Store, "memory")
}

func TestBuildNamesServices(t *testing.T) {
	t.Parallel()
	p := build(t, chat)
	s := service(t, p, "messages")
	equal(t, "path", s.Path, "rooms/:roomKey/messages")
	equal(t, "route parameters", s.RouteParams, []string{"roomKey"})
	equal(t, "names", []string{s.Package, s.Type, s.Article, s.File}, []string{"messages", "ChatMessage", "a", "chat_message"})
	equal(t, "doc", service(t, p, "users").Doc, "People who write.")
	u := service(t, p, "users")
	equal(t, "names", []string{u.Path, u.Package, u.Type, u.Article, u.File}, []string{"users", "users", "User", "a", "user"})
}

func TestBuildResolvesMethods(t *testing.T) {
	t.Parallel()
	p := build(t, chat)
	s := service(t, p, "messages")
	equal(t, "methods", s.Methods, []string{"find", "create", "patch"})
	equal(t, "multi", s.Multi, []string{"create", "patch"})
	equal(t, "paginate", s.Paginate, model.Paginate{Default: 50, Max: 100})
	equal(t, "paginate: false", service(t, p, "cache").Paginate, model.Paginate{Off: true})
	equal(t, "default methods", service(t, p, "users").Methods, []string{"find", "get", "create", "patch", "remove"})
	equal(t, "methods without a store", service(t, p, "feed").Methods, nil)
	equal(t, "index", lines(s.Indexes[0]), line(s.Fields[2])+"\n"+line(s.Fields[5]))

	read := s.Custom[0]
	equal(t, "markRead", []string{read.GoName, read.Doc, lines(read.In), lines(read.Out)},
		[]string{"MarkRead", "Marks.", "ids IDs [ref]:int required", "count Count int required"})
	rooms := service(t, p, "rooms")
	join, list, leave := rooms.Custom[0], rooms.Custom[1], rooms.Custom[2]
	equal(t, "join takes", lines(join.In), "room Room ref:uuid required")
	if join.OutRef != rooms || join.OutList || join.Out != nil || list.OutRef != rooms || !list.OutList {
		t.Errorf("results: got %+v and %+v, want a room and a list of rooms", join, list)
	}
	if leave.In != nil || leave.Out != nil || leave.OutRef != nil || leave.Emits != nil {
		t.Errorf("leave: got %+v, want nothing in or out", leave)
	}

	var hooks []string
	for _, h := range s.Hooks {
		hooks = append(hooks, h.Type+" "+h.Method+" "+h.Name+" "+h.GoName)
	}
	equal(t, "hooks", hooks, []string{"before create sanitize Sanitize", "before create check Check", "before all check Check", "around markRead measure Measure"})
}

// channels writes publish rules as the spec does.
func channels(s *model.Service) string {
	var out []string
	for _, rule := range s.Publish {
		text := rule.Event + ":"
		for _, c := range rule.Channels {
			text += " "
			for _, part := range c.Parts {
				text += part.Text
				if part.Field != nil {
					text += "{" + part.Field.Name + " " + string(part.Field.Type) + "}"
				}
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

func TestBuildResolvesEvents(t *testing.T) {
	t.Parallel()
	p := build(t, chat)
	s := service(t, p, "messages")
	var events []string
	for _, e := range s.Events {
		events = append(events, fmt.Sprint(e.Name, " ", e.GoName, " ", len(e.Fields), " ", e.FromCustom != nil, " ", e.Fields != nil))
	}
	equal(t, "events", events, []string{"typing Typing 2 false true", "ping Ping 0 false true", "read Read 0 true false"})
	if s.Events[2] != s.Custom[0].Emits || s.Events[2].FromCustom != s.Custom[0] {
		t.Error("the event read and the method markRead do not know each other")
	}
	equal(t, "publish of messages", channels(s), `typing: rooms/{room ref} everybody
ping: everybody
read: everybody
: rooms/{room ref} everybody`)
	if typing := s.Publish[0].Channels[0].Parts[1].Field; typing != s.Events[0].Fields[0] {
		t.Error("the channel of typing is not named by the field of its own data")
	}
	equal(t, "publish of rooms", channels(service(t, p, "rooms")), "created: everybody\n: rooms/{key uuid}")
	equal(t, "publish: nobody", channels(service(t, p, "feed")), ":")
}

func TestBuildTakesAwkwardNames(t *testing.T) {
	t.Parallel()
	names := []string{"type", "model", "error", "message", "2fa", "räume", "my_linux", "unit_test", "context", "services", "con", "map", "x"}
	src := "version: 1\napp: { name: x }\ntransports: rest\nservices:\n"
	for _, name := range names {
		src += "  " + name + ": { fields: { type: string, schema: int, value: int, map: int, func: int, _x: int }, custom: { type: {}, go: { in: { type: int } } } }\n"
	}
	p := build(t, src)
	for i, s := range p.Services {
		equal(t, "name", s.Name, names[i])
		equal(t, "fields of "+s.Name, lines(s.Fields[1:4]), "type Type string\nschema SchemaField int\nvalue ValueField int")
	}
}

func TestBuildDoesNotCareForTheOrderOfTopLevelKeys(t *testing.T) {
	t.Parallel()
	want := build(t, chat)
	head, services, _ := strings.Cut(chat, "services:\n")
	keys := strings.Split(strings.TrimSpace(head), "\n")
	for range keys {
		keys = append(keys[1:], keys[0])
		for _, src := range []string{
			strings.Join(keys, "\n") + "\nservices:\n" + services,
			"services:\n" + services + strings.Join(keys, "\n") + "\n",
		} {
			if got := build(t, src); !reflect.DeepEqual(got, want) {
				t.Errorf("Build of\n%s\ndiffers", src)
			}
		}
	}
}

func TestBuildReadsBothFormsOfAFieldAlike(t *testing.T) {
	t.Parallel()
	const head = "version: 1\napp: { name: x }\ntransports: rest\nservices:\n  a:\n    fields:\n"
	for short, long := range map[string]string{
		"string(1..80)! unique":         "{ type: string, min: 1, max: 80, required: true, unique: true }",
		"enum(a|b) = b":                 "{ type: enum, values: [a, b], default: b }",
		`"[string](1..5) = [x, 'y z']"`: `{ type: "[string]", min: 1, max: 5, default: [x, "y z"] }`,
		`json = {"a": [1, true, null]}`: "{ type: json, default: { a: [1, true, null] } }",
		`"int? index"`:                  "{ type: int, nullable: true, index: true }",
		"-> a immutable":                `{ type: "-> a", immutable: true }`,
		"number(0.5..) = 1e3":           "{ type: number, min: 0.5, default: 1000 }",
		"string = '$x'":                 `{ type: "string = '$x'" }`,
		"date = 2030-01-31":             "{ type: date, default: 2030-01-31 }",
		"time = 2030-01-31T12:00:00Z":   "{ type: time, default: 2030-01-31T12:00:00Z }",
		`"string? = null"`:              "{ type: string, nullable: true, default: null }",
		"[ string ]":                    "{ type: [string] }",
	} {
		t.Run(short, func(t *testing.T) {
			t.Parallel()
			if strings.Contains(short, "json") {
				short = "'" + short + "'"
			}
			a, b := build(t, head+"      f: "+short+"\n"), build(t, head+"      f: "+long+"\n")
			got, want := line(a.Services[0].Fields[1]), line(b.Services[0].Fields[1])
			if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
				t.Errorf("%s is %s\n%s is %s", short, got, long, want)
			}
		})
	}
}

func TestBuildAcceptsWhatSaysTheUsual(t *testing.T) {
	t.Parallel()
	src := "version: 1\napp: { name: x }\ncluster: { mode: single, workers: 1 }\nsync: none\nmoved: []\nservices:\n" +
		"  a: { access: { default: public, find: public }, publish: nobody }\n  b: { access: public, publish: [] }\n"
	f, diags := spec.Parse("feathers.yaml", []byte(src))
	if p := model.Build(f, diags); p == nil || diags.Len() != 0 {
		t.Errorf("Build: got %v, want a project and nothing to say", diags.All())
	}
}

func TestBuildOfNothingIsNothing(t *testing.T) {
	t.Parallel()
	f, diags := spec.Parse("feathers.yaml", nil)
	if p := model.Build(f, diags); p != nil || diags.Len() != 1 {
		t.Errorf("Build: got %v with %v, want nil and the parser's error alone", p, diags.All())
	}
}

// TestBuildIsBounded gives specs that are made to be slow.
func TestBuildIsBounded(t *testing.T) {
	t.Parallel()
	const size, head = 1 << 16, "version: 1\napp: { name: x }\nservices:\n"
	many := func(format string, bytes int) string {
		var b strings.Builder
		for i := 0; b.Len() < bytes; i++ {
			b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	for name, src := range map[string]string{
		"services":           head + many("  s#: {}\n", size),
		"missing references": head + many("  s#: { fields: { a: -> missing#, b: -> s#! } }\n", size),
		"a long chain":       head + many("  s#: { fields: { a: -> s1#! } }\n", size),
		"fields":             head + "  a:\n    fields:\n" + many("      f#: int\n", size/2) + "    index: [" + many("[g#],", size/2) + "]\n",
		"custom methods":     head + "  a:\n    custom:\n" + many("      m#: { in: { a: int }, emits: e# }\n", size),
		"events":             head + "  a:\n    events:\n" + many("      e#: { a: int }\n", size/2) + "    publish:\n" + many("      e#: [\"{b}\"]\n", size/2),
		"hooks":              head + "  a:\n    hooks:\n      before:\n" + many("        m#: [a, b]\n", size),
		"channels":           head + "  a:\n    publish: [" + many("\"a#{b}\",", size) + "]\n",
		"a path":             head + "  a: { path: " + many("a#/", size) + " }\n",
		"an access map":      head + "  a:\n    access:\n" + many("      m#: owner\n", size),
		"access words":       strings.Replace(head, "services", "auth: { service: a }\nservices", 1) + "  a:\n    access: [" + many("w#,", size) + "]\n",
		"visible":            strings.Replace(head, "services", "auth: { service: a }\nservices", 1) + "  a:\n    fields:\n" + many("      f#: { type: int, visible: ["+many("w#,", 2000)+"] }\n", size),
		"login channels":     "channels: { login: [" + many("\"a#/{user.b}\",", size/2) + "] }\n" + head + "  a: { publish: { " + many("e#: everybody,", size/2) + " } }\n",
		"providers":          "auth: { service: a, oauth: [" + many("p#,", size) + "] }\n" + head + "  a: {}\n",
		"enum values":        head + "  a:\n    fields: { b: { type: enum, values: [" + many("v#,", size) + "] } }\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			f, diags := spec.Parse("feathers.yaml", []byte(src))
			if p := model.Build(f, diags); p != nil {
				t.Error("Build: no error")
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("Build took %v", took)
			}
			t.Logf("%v", time.Since(start))
		})
	}
}

func FuzzBuild(f *testing.F) {
	f.Add(chat)
	f.Add(forum)
	f.Add("version: 1\napp: { name: x }\nservices: { a: { publish: [\"{b}\"], index: [[b]], access: owner } }\nauth: { service: a }\n")
	f.Fuzz(func(t *testing.T, src string) {
		file, diags := spec.Parse("feathers.yaml", []byte(src))
		p := model.Build(file, diags)
		if (p == nil) != diags.HasErrors() {
			t.Errorf("Build: project %v, errors %v", p != nil, diags.HasErrors())
		}
		for _, d := range diags.All() {
			if d.Fix == "" || strings.Contains(d.Message, "%!") {
				t.Errorf("a diagnostic without a fix: %+v", d)
			}
		}
	})
}

// BenchmarkBuild reads and resolves ten services of eight fields.
func BenchmarkBuild(b *testing.B) {
	src := "version: 1\napp: { name: bench }\nstore: sqlite\nservices:\n"
	for i := range 10 {
		src += fmt.Sprintf("  things%d:\n    fields:\n", i)
		for j, typ := range []string{"string(1..80)! unique", "text", "int(0..100) = 5", "bool = false", "enum(a|b|c) = b", "-> things0", "time", "\"[string]\""} {
			src += fmt.Sprintf("      field%d: %s\n", j, typ)
		}
		src += "    timestamps: true\n    index: [[field0, createdAt]]\n    publish: [\"things/{id}\"]\n"
	}
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		build(b, src)
	}
}
