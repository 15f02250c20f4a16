package featherssync_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// poison is what the app has to survive, which Node instances do not.
var poison = []string{
	"", "null", "5", "{", "[]", `"text"`, `{"event":"created"}`, `{"event":5,"path":"messages","data":{}}`, "\x00\xff\xfe",
	`{"event":"created","path":"messages","data":{"id":1,"text":5}}`,
	`{"event":"created","path":"messages","data":null}`,
	`{"event":"created","path":"messages","data":{"text":"without an id"}}`,
	`{"event":"created","path":"nothing","data":{"id":1,"text":"x"}}`,
	`{"event":"created","path":"limited","data":{"id":1,"text":"not mirrored"}}`,
	`{"event":"nothing","path":"messages","data":{"id":1,"text":"x"}}`,
	`{"event":"resync","path":"messages","data":{"missed":1}}`,
	`{"event":"created","path":"authentication","data":{"accessToken":"TOKEN-1"}}`,
	`{"event":"created","path":"messages","context":{"path":"messages"}}`,
	strings.Repeat("[", 100_000),
	`{"event":"created","path":"messages","data":{"id":1,"text":"` + strings.Repeat("x", 5<<20) + `"}}`,
}

func TestPoisonIsSurvived(t *testing.T) {
	t.Parallel()
	for _, s := range backends {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := s.start(t)
			app := startApp(t, "app", b)
			c, channel := connect(t, app.instance), openChannel(t, b)
			t.Cleanup(channel.Close)
			for _, p := range poison {
				if err := channel.Publish(t.Context(), []byte(p)); err != nil {
					t.Fatalf("%.50q: %v", p, err)
				}
			}
			node := connect(t, startNode(t, "node", b)) // it has not heard the poison
			node.call(`"create","messages",{"text":"well"}`)
			c.hears(1)
			c.call(`"create","messages",{"text":"and well"}`)
			for _, c := range []*client{c, node} {
				if got := c.hears(2); len(got) != 2 || !strings.Contains(got[0], `"text":"well"`) || !strings.Contains(got[1], `"text":"and well"`) {
					t.Errorf("the client of %s hears %.300q", c.name, got)
				}
			}
			if st := app.sync.Stats(); st.Gaps > 0 || st.Dropped == 0 {
				t.Errorf("after the poison the counts are %+v", st)
			}
		})
	}
}

// TestNothingButEventsOfMirroredServicesPasses has both sides log in, and use
// services that only one of them has: a Node instance that uses Redis goes deaf
// at an event of a service that it does not know.
func TestNothingButEventsOfMirroredServicesPasses(t *testing.T) {
	t.Parallel()
	for _, s := range backends {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := s.start(t)
			peer := startNode(t, "node", b)
			app, node := connect(t, startApp(t, "app", b).instance), connect(t, peer)
			told := tell(t, b)
			node.call(`"create","authentication",{"strategy":"local","email":"ann@example.com","password":"PASSWORD-1"}`)
			node.call(`"create","users",{"email":"ann@example.com","password":"PASSWORD-2"}`)
			request(t, peer.url+"/messages", `{"text":"by node"}`)
			app.call(`"create","users/1/posts",{"text":"post","secret":"SECRET-2"}`)
			app.call(`"create","messages",{"text":"by the app","secret":"SECRET-3"}`)
			// Both have all that was published before.
			app.await("both messages", func() bool { return strings.Count(strings.Join(app.events, ""), `"messages created"`) == 2 })
			node.await("both messages", func() bool { return strings.Count(strings.Join(node.events, ""), `"messages created"`) == 2 })
			for _, packet := range app.hears(3) {
				if e := parseEvent(t, packet); e.name != "messages created" && e.name != "users/:userId/posts created" {
					t.Errorf("the app's client hears %s", packet)
				}
				for _, secret := range []string{"PASSWORD-", "TOKEN-", "SECRET-", "headers"} {
					if strings.Contains(packet, secret) {
						t.Errorf("the app's client hears %s", packet)
					}
				}
			}
			told.check()
		})
	}
}

// request creates a record over REST, with a token.
func request(t *testing.T, url, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer TOKEN-2")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		t.Errorf("POST %s is answered %s", url, answer.Status)
	}
}

// A telltale hears the channel.
type telltale struct {
	t *testing.T

	// mu guards the fields below.
	mu       sync.Mutex
	messages []string
}

func tell(t *testing.T, b backend) *telltale {
	t.Helper()
	told, channel := &telltale{t: t}, openChannel(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		running.Wait()
		channel.Close()
	})
	ready := make(chan struct{})
	running.Go(func() {
		_ = channel.Receive(ctx, sync.OnceFunc(func() { close(ready) }), func(msg []byte) {
			told.mu.Lock()
			defer told.mu.Unlock()
			told.messages = append(told.messages, string(msg))
		})
	})
	<-ready
	return told
}

// check checks that the app told no secret and nothing of another service,
// while Node did.
func (told *telltale) check() {
	told.t.Helper()
	told.mu.Lock()
	defer told.mu.Unlock()
	if all := strings.Join(told.messages, ""); !strings.Contains(all, "PASSWORD-1") || !strings.Contains(all, "TOKEN-2") || !strings.Contains(all, "by the app") {
		told.t.Error("the channel does not have what it should: the test looks in the wrong place")
	}
	for _, msg := range told.messages {
		if !strings.Contains(msg, `"origin":"the app"`) {
			continue
		}
		if !strings.Contains(msg, `"path":"messages"`) || strings.Contains(msg, "SECRET-") {
			told.t.Errorf("the app tells %s", msg)
		}
	}
}
