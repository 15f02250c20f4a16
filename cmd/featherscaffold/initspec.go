package main

import (
	"fmt"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

// spec writes the spec that a project with these answers starts from.
func (a answers) spec() []byte {
	var b strings.Builder
	b.WriteString("version: 1\napp: { name: app }\n\n")
	fmt.Fprintf(&b, "transports: [%s]\n", strings.ReplaceAll(a["transports"], ",", ", "))
	fmt.Fprintf(&b, "store: %s\n", a["store"])
	if a["cluster"] == "workers" {
		b.WriteString("cluster: { mode: workers, workers: auto }     # auto is one a CPU\n")
	}
	if a["sync"] != "none" {
		fmt.Fprintf(&b, "sync: %s\n", a["sync"])
	}
	if a["auth"] == "local" {
		b.WriteString(withUsers)
	} else {
		b.WriteString(withoutUsers)
	}
	return specedit.SetApp([]byte(b.String()), a["name"], a["module"])
}

// The services that a project starts with. They are there to be changed.
const (
	withUsers = `auth: { service: users, strategies: [local, jwt] }
channels: { login: [authenticated, "users/{user.id}"] }     # who joins what

services:
  users:
    fields:
      email:    email! unique visible(owner)
      password: password!
      name:     string(..80)
    timestamps: true
    access: { create: public }
    publish: owner

  messages:
    fields:
      text:   string(1..2000)!
      author: -> users! = $user
    timestamps: true
    publish: [authenticated]
`
	withoutUsers = `channels: { connection: [everybody] }     # who joins what

services:
  messages:
    fields:
      text: string(1..2000)!
    timestamps: true
    publish: [everybody]
`
)
