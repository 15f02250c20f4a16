package featherssync_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/bus/featherssync"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

// A client keeps what it hears.
type client struct {
	mu    sync.Mutex
	heard []string
}

func (c *client) Deliver(e *runtime.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = append(c.heard, fmt.Sprintf("%s %s %s", e.Path, e.Name, e.Data))
}

func (c *client) Expired() {}

// TestClientsOfAppsOfAnotherMakeHearEachOther has two apps share messages, and
// no posts.
func TestClientsOfAppsOfAnotherMakeHearEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		var apps [2]*transporttest.App
		var clients [2]client
		for i, tag := range []string{"a", "b"} {
			apps[i] = transporttest.New(t)
			mirror := featherssync.New(f.channel(), featherssync.Options{Tag: tag})
			defer mirror.Close(t.Context())
			if err := apps[i].SetMirror(mirror, []string{"messages"}); err != nil {
				t.Fatal(err)
			}
			defer apps[i].Connect(runtime.Handshake{}, &clients[i]).Disconnect()
		}
		for _, path := range []string{"messages", "users/:userId/posts"} {
			s := apps[0].Service(path)
			rec := s.Schema.New()
			rec.SetValue(1, record.StringValue("to all"))
			rec.SetValue(4, record.StringValue("secret"))
			if err := apps[0].Do(t.Context(), &runtime.Call{Service: s, Method: runtime.Create, Data: []record.Record{rec}}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		const message, post = `messages created {"id":1,"text":"to all","seq":null}`, `users/:userId/posts created {"id":1,"text":"to all","seq":null}`
		for i, want := range [][]string{{message, post}, {message}} {
			if got := clients[i].heard; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("client %d heard %q, want %q", i, got, want)
			}
		}
	})
}
