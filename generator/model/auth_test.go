package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

const forum = `version: 1
app: { name: forum }
transports: [rest, socketio]
store: sqlite
auth:
  service: people
  strategies: [local, jwt, apikey]
  local: { username: login, password: secret }
  hash: argon2id
  entity: person
  oauth: [github]
channels: { connection: [everybody], login: [authenticated, "people/{user.key}", "rooms/{user.rooms}/x"] }
services:
  people:
    id: { name: key, type: uuid }
    fields:
      login: string! unique
      secret: password
      roles: "[enum(admin|editor|member)] = [member]"
      githubId: "string? unique writeonly"
      phone: string visible(owner|admin)
      rank: int writable(admin|editor)
      rooms: "[id] readonly"
    custom: { greet: { out: { key: id! }, emits: greeted } }
    access: { default: authenticated, create: public, patch: [owner, admin], remove: policy }
    publish: [owner, authenticated]
  posts:
    fields:
      text: string!
      author: -> people! = $user
      seen: int visible(authenticated)
    custom: { like: { out: { author: -> people! }, emits: liked }, hide: { out: people, emits: hidden } }
    events: { typing: { author: string! } }
    access: { default: owner, find: public, get: [admin, policy], like: authenticated, hide: editor }
    publish: [owner, everybody]
  news: { fields: { text: string }, access: public, publish: authenticated }
  notes: { fields: { text: string }, publish: nobody }
`

// access writes who may call a service's methods in short.
func access(s *model.Service) string {
	var out []string
	for _, a := range s.Access {
		var words []string
		for _, flag := range []struct {
			on   bool
			word string
		}{{a.Public, "public"}, {a.Owner, "owner"}, {a.Policy, "policy"}} {
			if flag.on {
				words = append(words, flag.word)
			}
		}
		out = append(out, a.Method+": "+strings.Join(append(words, roles(a.Roles)...), "|"))
	}
	return strings.Join(out, "\n")
}

func roles(values []model.EnumValue) []string {
	var out []string
	for _, v := range values {
		out = append(out, v.Value+" "+v.GoName)
	}
	return out
}

func TestBuildResolvesAuth(t *testing.T) {
	t.Parallel()
	p := build(t, forum)
	people, a := service(t, p, "people"), p.Auth
	equal(t, "strategies", a.Strategies, model.Strategies{Local: true, JWT: true, APIKey: true})
	equal(t, "hash and entity", []string{a.Hash, a.Entity}, []string{"argon2id", "person"})
	equal(t, "fields", lines([]*model.Field{a.Username, a.Password, a.Role, a.OAuth[0].Field}), lines(people.Fields[1:5]))
	equal(t, "provider", a.OAuth[0].Name, "github")
	if a.Service != people || a.APIKeys != service(t, p, "api-keys") {
		t.Error("auth: the services are not those of the project")
	}
}

func TestBuildResolvesTheUsualAuth(t *testing.T) {
	t.Parallel()
	p := build(t, `version: 1
app: { name: x }
auth: { service: users }
services:
  users: { fields: { email: email! unique, password: password!, role: enum(admin|member) = member }, publish: nobody }
`)
	a := p.Auth
	equal(t, "strategies", a.Strategies, model.Strategies{Local: true, JWT: true})
	equal(t, "words", []string{a.Hash, a.Entity, a.Username.Name, a.Password.Name, a.Role.Name}, []string{"bcrypt", "user", "email", "password", "role"})
	if a.APIKeys != nil || a.OAuth != nil || len(p.Services) != 1 {
		t.Errorf("auth: got %+v, want neither keys nor providers", a)
	}
	equal(t, "login", loginChannels(p), "authenticated users/{user.id}")
	if bare := build(t, chat); bare.Auth != nil || bare.Channels.Login != nil {
		t.Error("a spec without auth has auth")
	}
}

func TestBuildKeepsClientsFromTheirRolesAndProvidersIDs(t *testing.T) {
	t.Parallel()
	people := service(t, build(t, forum), "people")
	equal(t, "role and provider's id", lines(people.Fields[3:5]), `roles Roles [enum] readonly = ["member"]
githubId GithubID string nullable unique readonly writeonly`)
	given := strings.Replace(forum, "(admin|editor|member)] =", "(admin|editor|member)] writable(admin) =", 1)
	role := service(t, build(t, given), "people").Fields[3]
	equal(t, "a role with writers", line(role), `roles Roles [enum] = ["member"]`)
	equal(t, "the role's writers", roles(role.Writable), []string{"admin Admin"})
}

func TestBuildResolvesAccessOfEveryMethod(t *testing.T) {
	t.Parallel()
	p := build(t, forum)
	for name, want := range map[string]string{
		"people":   "find: \nget: \ncreate: public\npatch: owner|admin Admin\nremove: policy\ngreet: ",
		"posts":    "find: public\nget: policy|admin Admin\ncreate: \npatch: owner\nremove: owner\nlike: \nhide: editor Editor",
		"news":     "find: public\nget: public\ncreate: public\npatch: public\nremove: public",
		"notes":    "find: \nget: \ncreate: \npatch: \nremove: ",
		"api-keys": "find: owner\nget: owner\ncreate: \nremove: owner",
	} {
		equal(t, "access of "+name, access(service(t, p, name)), want)
	}
	open := service(t, build(t, chat), "rooms")
	equal(t, "access without auth", access(open),
		"find: public\nget: public\ncreate: public\npatch: public\nremove: public\njoin: public\nlist: public\nleave: public")
}

func TestBuildResolvesOwners(t *testing.T) {
	t.Parallel()
	p := build(t, forum)
	people, posts := service(t, p, "people"), service(t, p, "posts")
	author := posts.Fields[2]
	equal(t, "author", line(author), "author Author ref:uuid->people required readonly")
	if !author.User || posts.Owner != author {
		t.Errorf("the owner of posts is %v, want author, which is set to the user", posts.Owner)
	}
	if people.Owner != people.ID || people.ID.User {
		t.Errorf("the owner of people is %v, want the id", people.Owner)
	}
	if news := service(t, p, "news"); news.Owner != nil {
		t.Errorf("the owner of news is %v, want none", news.Owner)
	}
}

func TestBuildResolvesWhoSeesAndWritesFields(t *testing.T) {
	t.Parallel()
	p := build(t, forum)
	people := service(t, p, "people")
	phone, rank := people.Fields[5], people.Fields[6]
	equal(t, "phone's viewers", fmt.Sprint(phone.Visible.Owner, phone.Visible.Authenticated, roles(phone.Visible.Roles)), "true false [admin Admin]")
	equal(t, "rank's writers", roles(rank.Writable), []string{"admin Admin", "editor Editor"})
	if phone.Writable != nil || rank.Visible != nil || rank.ReadOnly {
		t.Error("a modifier changes what it does not speak of")
	}
	seen := service(t, p, "posts").Fields[3]
	equal(t, "seen's viewers", *seen.Visible, model.Visible{Authenticated: true})
}

func loginChannels(p *model.Project) string {
	var out []string
	for _, c := range p.Channels.Login {
		text := ""
		for _, part := range c.Parts {
			text += part.Text
			if part.User {
				text += "{user." + part.Field.Name + "}"
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestBuildResolvesChannelsOfUsers(t *testing.T) {
	t.Parallel()
	p := build(t, forum)
	people := service(t, p, "people")
	equal(t, "login", loginChannels(p), "authenticated people/{user.key} rooms/{user.rooms}/x")
	if part := p.Channels.Login[1].Parts[1]; part.Field != people.ID {
		t.Error("the channel of a user is not named by the id of people")
	}
	equal(t, "publish of people", channels(people), "greeted: people/{key ref} authenticated\n: people/{key uuid} authenticated")
	equal(t, "publish of news", channels(service(t, p, "news")), ": authenticated")
	none := build(t, strings.Replace(forum, `[authenticated, "people/{user.key}", "rooms/{user.rooms}/x"]`, "[]", 1))
	equal(t, "login: []", loginChannels(none), "")
}

// TestBuildSendsEventsToTheirOwnOwnersOnly: a field that bears the name of the
// owner's, and is no user, names nobody's channel.
func TestBuildSendsEventsToTheirOwnOwnersOnly(t *testing.T) {
	t.Parallel()
	p := build(t, forum)
	posts, people := service(t, p, "posts"), service(t, p, "people")
	equal(t, "publish of posts", channels(posts), `typing: everybody
liked: people/{author ref} everybody
hidden: people/{key uuid} everybody
: people/{author ref} everybody`)
	if hidden := posts.Publish[2].Channels[0].Parts[1].Field; hidden != people.ID {
		t.Error("the owner of an event that carries a person is not that person")
	}
	for _, s := range p.Services {
		for _, rule := range s.Publish {
			for _, c := range rule.Channels {
				if slices.ContainsFunc(c.Parts, func(part model.ChannelPart) bool { return part.User }) {
					t.Errorf("publish of %s: a channel is named by the user", s.Name)
				}
			}
		}
	}
}

func TestBuildAddsTheServiceOfAPIKeys(t *testing.T) {
	t.Parallel()
	for id, ref := range map[string]string{"int": "int", "uuid": "uuid", "string": "string"} {
		src := strings.Replace(forum, "type: uuid", "type: "+id, 1)
		src = strings.Replace(src, "people:\n    id:", "people:\n    store: memory\n    id:", 1)
		p := build(t, src)
		s := p.Services[len(p.Services)-1]
		equal(t, "names", []string{s.Name, s.Path, s.Package, s.Type, s.Article, s.File, s.Store},
			[]string{"api-keys", "api-keys", "apikeys", "APIKey", "an", "api_key", "memory"})
		equal(t, "fields with ids of type "+id, lines(s.Fields), `id ID int:int readonly auto id
name Name string min 1 max 80 required
user User ref:`+ref+`->people required readonly
scopes Scopes [string] min 1 max 100 required
key Key string nullable readonly
hash Hash string min 64 max 64 required unique readonly writeonly
expiresAt ExpiresAt time nullable
createdAt CreatedAt time readonly auto created
updatedAt UpdatedAt time readonly auto updated`)
		equal(t, "methods", s.Methods, []string{"find", "get", "create", "remove"})
		equal(t, "publish", channels(s), ":")
		if !s.APIKeys || p.Services[0].APIKeys || s.Owner != s.Fields[2] || s.Fields[2].Ref != p.Auth.Service {
			t.Error("the service of keys is not marked, or not owned by its user")
		}
	}
}

func TestBuildLeavesTheSyntaxAsItWas(t *testing.T) {
	t.Parallel()
	f, diags := spec.Parse("feathers.yaml", []byte(forum))
	first, second := model.Build(f, diags), model.Build(f, diags)
	if first == nil || second == nil || len(f.Services) != 4 || len(first.Services) != len(second.Services) {
		t.Errorf("Build twice: %d services of 4; %v", len(f.Services), diags.All())
	}
}

func TestBuildSaysNothingOfAWholeSpec(t *testing.T) {
	t.Parallel()
	f, diags := spec.Parse("feathers.yaml", []byte(forum))
	model.Build(f, diags)
	for _, d := range diags.All() {
		if d.Code != "event-not-sent" { // typing tells no user
			t.Errorf("Build: %+v", d)
		}
	}
}
