package generated_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// A socket is a Socket.IO client over a raw websocket. It is used by one
// goroutine.
type socket struct {
	t      *testing.T
	ws     *wsconn.Client
	acks   int
	events []string // that came while an answer was waited for, oldest first
}

// connect opens a socket to the app's main namespace.
func (a *app) connect() *socket {
	a.t.Helper()
	url := "ws" + strings.TrimPrefix(a.url, "http") + "/socket.io/?EIO=4&transport=websocket"
	ws, err := wsconn.Dial(a.t.Context(), url, nil)
	if err != nil {
		a.t.Fatalf("dial %s: %v", url, err)
	}
	a.t.Cleanup(func() { ws.Close() })
	ws.SetDeadline(time.Now().Add(patience))
	s := &socket{t: a.t, ws: ws}
	if got := s.next(); !strings.HasPrefix(got, `0{"sid":"`) {
		a.t.Fatalf("first packet = %s, want 0{\"sid\":…}", got)
	}
	s.write("40")
	if got := s.next(); !strings.HasPrefix(got, `40{"sid":"`) {
		a.t.Fatalf("answer to 40 = %s, want 40{\"sid\":…}", got)
	}
	return s
}

// call calls a service method and returns the result, or the error as JSON.
func (s *socket) call(args string) (result, err string) {
	s.t.Helper()
	s.acks++
	s.write(fmt.Sprintf("42%d[%s]", s.acks, args))
	for {
		packet := s.next()
		if event, ok := strings.CutPrefix(packet, "42"); ok {
			s.events = append(s.events, event)
			continue
		}
		answer, ok := strings.CutPrefix(packet, fmt.Sprintf("43%d", s.acks))
		if !ok {
			s.t.Fatalf("answer to [%s] = %s, want 43%d[…]", args, packet, s.acks)
		}
		parts := decode[[]json.RawMessage](s.t, answer)
		if len(parts) == 1 {
			return "", string(parts[0])
		}
		return string(parts[1]), ""
	}
}

// mustCall is call for calls that must succeed.
func (s *socket) mustCall(args string) string {
	s.t.Helper()
	result, err := s.call(args)
	if err != "" {
		s.t.Fatalf("[%s] = %s, want a result", args, err)
	}
	return result
}

// hears checks the next event that the socket gets: ["name",data].
func (s *socket) hears(want string) {
	s.t.Helper()
	if got := s.event(); got != want {
		s.t.Fatalf("heard %s\nwant  %s", got, want)
	}
}

func (s *socket) event() string {
	s.t.Helper()
	if len(s.events) > 0 {
		first := s.events[0]
		s.events = s.events[1:]
		return first
	}
	packet := s.next()
	event, ok := strings.CutPrefix(packet, "42")
	if !ok {
		s.t.Fatalf("got %s, want an event", packet)
	}
	return event
}

// next returns the next packet. It answers heartbeats.
func (s *socket) next() string {
	s.t.Helper()
	for {
		data, _, err := s.ws.Read()
		if err != nil {
			s.t.Fatalf("read: %v", err)
		}
		if string(data) != "2" {
			return string(data)
		}
		s.write("3")
	}
}

func (s *socket) write(packet string) {
	s.t.Helper()
	if err := s.ws.Write([]byte(packet), false); err != nil {
		s.t.Fatalf("write %s: %v", packet, err)
	}
}
