package generated_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestRecordsSurviveARestart(t *testing.T) {
	t.Parallel()
	database := "DATABASE=" + filepath.Join(t.TempDir(), "new", "folder", "chat.db")
	a := start(t, command(t, chat), database)
	user := a.create("/users", `{"name":"Ada \u0000 Ω 🦉"}`)
	room := a.create("/rooms", `{"name":"lobby"}`)
	a.create("/messages", fmt.Sprintf(`{"text":"hi","room":%d,"author":%d}`, room, user))
	last := a.create("/messages", fmt.Sprintf(`{"text":"ho","room":%d,"author":%d}`, room, user))
	a.request("DELETE", fmt.Sprintf("/messages/%d", last), "")
	paths := []string{"/users", "/rooms", "/messages"}
	before := make([]string, len(paths))
	for i, path := range paths {
		before[i] = a.request("GET", path, "").body
	}
	a.finish()

	b := start(t, command(t, chat), database)
	for i, path := range paths {
		if after := b.request("GET", path, "").body; after != before[i] {
			t.Errorf("GET %s after a restart\ngot  %s\nwant %s", path, after, before[i])
		}
	}
	if id := b.create("/messages", fmt.Sprintf(`{"text":"again","room":%d,"author":%d}`, room, user)); id <= last {
		t.Errorf("the id of a removed record, %d, was given again: %d", last, id)
	}
}

func TestANewFieldIsAddedToRecordsThatAreThere(t *testing.T) {
	t.Parallel()
	database := "DATABASE=" + filepath.Join(t.TempDir(), "chat.db")
	older := start(t, command(t, chat), database)
	id := older.create("/rooms", `{"name":"lobby"}`)
	older.finish()

	path := command(t, extendedChat)
	for range 2 { // the second start finds the column
		newer := start(t, path, database)
		room := decode[struct{ Name, Color string }](t, newer.request("GET", fmt.Sprintf("/rooms/%d", id), "").body)
		if room.Name != "lobby" || room.Color != "green" {
			t.Errorf("room = %+v, want lobby with the default, green", room)
		}
		newer.finish()
	}
	newer := start(t, path, database)
	newer.create("/rooms", `{"name":"garden","color":"red"}`)
	if got := decode[struct{ Total int }](t, newer.request("GET", "/rooms?color=red", "").body).Total; got != 1 {
		t.Errorf("%d red rooms, want 1", got)
	}
	newer.finish()

	again := start(t, command(t, chat), database)
	if got := total(again, "/rooms"); got != 2 {
		t.Errorf("the older command finds %d rooms, want 2", got)
	}
	again.create("/rooms", `{"name":"attic"}`)
}

// TestNothingAcknowledgedIsLostWhenTheAppIsKilled kills the app while several
// clients write, more than once on the same file.
func TestNothingAcknowledgedIsLostWhenTheAppIsKilled(t *testing.T) {
	t.Parallel()
	const writers, rounds, perRound = 4, 3, 40
	database := "DATABASE=" + filepath.Join(t.TempDir(), "chat.db")
	first := start(t, command(t, chat), database)
	body := fmt.Sprintf(`"room":%d,"author":%d`, first.create("/rooms", `{"name":"lobby"}`), first.create("/users", `{"name":"Ada"}`))
	first.finish()
	acknowledged := map[int]string{} // texts by id
	for round := range rounds {
		a := start(t, command(t, chat), database)
		verify(t, a, acknowledged, round*writers)
		for id, text := range writeUntilKilled(a, body, writers, perRound) {
			if other, ok := acknowledged[id]; ok {
				t.Errorf("id %d was given to %s and to %s", id, other, text)
			}
			acknowledged[id] = text
		}
	}
	a := start(t, command(t, chat), database)
	verify(t, a, acknowledged, rounds*writers)
	a.finish()
}

// verify checks that the app has the acknowledged messages, and beyond them
// only what can have been in flight.
func verify(t *testing.T, a *app, acknowledged map[int]string, inFlight int) {
	t.Helper()
	for id, want := range acknowledged {
		r := a.request("GET", fmt.Sprintf("/messages/%d", id), "")
		if got := decode[struct{ Text string }](t, r.body).Text; r.status != 200 || got != want {
			t.Errorf("GET /messages/%d = %d %s, want the text %s", id, r.status, r.body, want)
		}
	}
	all := total(a, "/messages")
	if all < len(acknowledged) || all > len(acknowledged)+inFlight {
		t.Errorf("%d messages, want %d to %d", all, len(acknowledged), len(acknowledged)+inFlight)
	}
	if indexed := total(a, "/messages?room[$gte]=0"); indexed != all {
		t.Errorf("%d messages by the index of rooms, want %d", indexed, all)
	}
}

// writeUntilKilled creates messages from several clients, kills the app when
// enough were acknowledged, and returns those.
func writeUntilKilled(a *app, body string, writers, enough int) map[int]string {
	a.t.Helper()
	ctx, cancel := context.WithCancel(a.t.Context())
	defer cancel()
	type ack struct {
		id   int
		text string
	}
	acks := make(chan ack)
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for n := 0; ; n++ {
				text := fmt.Sprintf("%d of %d at %s", n, w, a.url)
				r, err := a.send(ctx, "POST", "/messages", fmt.Sprintf(`{"text":%q,%s}`, text, body))
				if err != nil {
					return // the app is gone
				}
				var id int
				if _, err := fmt.Sscanf(strings.TrimSpace(r.body), `{"id":%d,`, &id); err != nil || r.status != 201 {
					a.t.Errorf("create = %d %s, want 201", r.status, r.body)
					return
				}
				acks <- ack{id, text}
			}
		})
	}
	go func() { group.Wait(); close(acks) }()
	got := map[int]string{}
	for k := range acks {
		got[k.id] = k.text
		if len(got) == enough {
			a.kill()
			a.wait()
		}
	}
	if len(got) < enough {
		a.t.Errorf("%d messages were acknowledged, want %d before the kill", len(got), enough)
	}
	return got
}
