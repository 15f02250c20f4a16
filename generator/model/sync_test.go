package model_test

import (
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

const fleet = `version: 1
app: { name: fleet }
transports: [rest, socketio]
store: sqlite
channels: { connection: [everybody] }
services:
  rooms: { path: all/rooms, outbox: true, publish: [everybody] }
  notes: { publish: [everybody], events: { typing: { sync: false, fields: { user: id! } }, ping: {}, beat: { sync: true } } }
  local: { sync: false, publish: [everybody] }
`

func TestSyncResolvesTheBroker(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"sync: redis":                 "redis",
		"sync: { backend: rabbitmq }": "rabbitmq",
		"sync: { backend: redis, compat: { protocol: feathers-sync, services: [rooms, notes] } }":      "redis feathers-sync all/rooms notes",
		"sync: { backend: redis, compat: { protocol: feathers-sync, key: staff, services: [rooms] } }": "redis staff all/rooms",
		"sync: local\ncluster: { mode: workers }":                                                      "",
	} {
		if got := shown(build(t, fleet+line).Sync); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

func shown(s *model.Sync) string {
	if s == nil {
		return ""
	}
	words := []string{s.Backend}
	if s.Compat != nil {
		words = append(words, s.Compat.Key)
		for _, service := range s.Compat.Services {
			words = append(words, service.Path)
		}
	}
	return strings.Join(words, " ")
}

func TestSyncOfServicesAndEvents(t *testing.T) {
	t.Parallel()
	p := build(t, fleet+"sync: redis")
	var off, kept []string
	for _, s := range p.Services {
		if s.Local {
			off = append(off, s.Name)
		}
		if s.Outbox {
			kept = append(kept, s.Name)
		}
		for _, e := range s.Events {
			if e.Local {
				off = append(off, s.Name+" "+e.Name)
			}
		}
	}
	if got, want := strings.Join(off, ", "), "notes typing, local"; got != want {
		t.Errorf("local: got %s, want %s", got, want)
	}
	if got, want := strings.Join(kept, ", "), "rooms"; got != want {
		t.Errorf("with an outbox: got %s, want %s", got, want)
	}
}
