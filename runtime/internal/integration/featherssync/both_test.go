package featherssync_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestEveryEventComesOnceAndInOrder has clients of two processes of the app and
// of two Node instances create, patch, and send a custom event, all at the same
// time.
func TestEveryEventComesOnceAndInOrder(t *testing.T) {
	t.Parallel()
	for _, s := range backends {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			const rounds = 20
			b := s.start(t)
			var clients []*client
			for _, i := range []instance{startApp(t, "a", b).instance, startApp(t, "b", b).instance, startNode(t, "m", b), startNode(t, "n", b)} {
				clients = append(clients, connect(t, i))
			}
			var calling sync.WaitGroup
			for _, c := range clients {
				calling.Go(func() { c.play(rounds) })
			}
			calling.Wait()
			for _, c := range clients {
				c.call(`"create","messages",{"text":"` + c.name + `/end"}`) // whatever comes twice has come before
			}
			for _, c := range clients {
				c.checkPlay(clients, c.hears((3*rounds+1)*len(clients)), rounds)
			}
		})
	}
}

// play makes all kinds of events.
func (c *client) play(rounds int) {
	for n := range rounds {
		name := fmt.Sprintf("%s/%d", c.name, n)
		var made struct{ ID int }
		if err := json.Unmarshal([]byte(c.call(`"create","messages",{"text":"`+name+`","secret":"SECRET-1"}`)), &made); err != nil {
			c.t.Errorf("create: %v", err)
			return
		}
		c.call(fmt.Sprintf(`"patch","messages",%d,{"text":"%s"}`, made.ID, name))
		c.call(`"shout","messages",{"text":"` + name + `"}`)
	}
}

// checkPlay checks that the client heard of each player what it played.
func (c *client) checkPlay(players []*client, packets []string, rounds int) {
	c.t.Helper()
	heard := map[string][]string{}
	for _, packet := range packets {
		if strings.Contains(packet, "SECRET-") {
			c.t.Errorf("the client of %s hears a secret: %s", c.name, packet)
		}
		e := parseEvent(c.t, packet)
		text, _ := e.data["text"].(string)
		name, what, _ := strings.Cut(strings.TrimSuffix(text, "!"), "/") // an app that shouts adds it
		heard[name] = append(heard[name], e.name+" "+what)
	}
	var want []string
	for n := range rounds {
		for _, event := range []string{"created", "patched", "typing"} {
			want = append(want, fmt.Sprintf("messages %s %d", event, n))
		}
	}
	want = append(want, "messages created end")
	for _, p := range players {
		if !slices.Equal(heard[p.name], want) {
			c.t.Errorf("the client of %s heard of %s %q, want %q", c.name, p.name, heard[p.name], want)
		}
	}
}

// TestManyRecordsAreManyEvents has one call create several.
func TestManyRecordsAreManyEvents(t *testing.T) {
	t.Parallel()
	for _, s := range backends {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := s.start(t)
			app, node := connect(t, startApp(t, "app", b).instance), connect(t, startNode(t, "node", b))
			for _, from := range []*client{app, node} {
				from.call(`"create","messages",[{"text":"one","secret":"SECRET-1"},{"text":"two"},{"text":"three"}]`)
			}
			for _, c := range []*client{app, node} {
				var texts []string
				for _, packet := range c.hears(6) {
					e := parseEvent(t, packet)
					texts = append(texts, fmt.Sprint(e.data["text"]))
					if e.name != "messages created" || e.data["secret"] != nil {
						t.Errorf("the client of %s hears %s", c.name, packet)
					}
				}
				if want := []string{"one", "two", "three"}; !slices.Equal(texts[:3], want) && !slices.Equal(texts[3:], want) {
					t.Errorf("the client of %s hears %q, want %q twice", c.name, texts, want)
				}
			}
		})
	}
}
