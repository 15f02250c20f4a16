package primus_test

import (
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
)

// TestPoint holds one test for each point of the protocol reference, by its
// number: go test -run 'Point/89'.
func TestPoint(t *testing.T) {
	t.Parallel()
	for _, point := range []struct {
		number string
		test   func(*testing.T)
	}{
		{"89", pagesOverHTTP},
		{"90", packets},
		{"91", heartbeat},
		{"92", control},
		{"93", legacyEvents},
		{"94", errorsMember},
	} {
		t.Run(point.number, func(t *testing.T) {
			t.Parallel()
			point.test(t)
		})
	}
}

func pagesOverHTTP(t *testing.T) {
	s := start(t, primus.Options{PingInterval: 25001 * time.Millisecond})
	status, body, header := s.do(t, "GET", "/primus/primus.js")
	if got := header.Get("Content-Type"); status != 200 || got != "text/javascript; charset=utf-8" {
		t.Errorf("primus.js answered %d %s", status, got)
	}
	if want := "Primus.prototype.pingTimeout = 37502\n"; !strings.Contains(body, want) {
		t.Errorf("primus.js does not hold %q", want)
	}
	if status, _, _ := s.do(t, "GET", "/primus/primus.js", "If-None-Match", header.Get("Etag")); status != 304 {
		t.Errorf("primus.js with its tag answered %d, want 304", status)
	}
	status, body, header = s.do(t, "GET", "/primus/spec")
	want := `{"pingInterval":25001,"pathname":"/primus","version":"8.0.9","parser":"json","transformer":"websockets"}`
	if got := header.Get("Content-Type"); status != 200 || body != want || got != "application/json" {
		t.Errorf("spec answered %d %s %s", status, got, body)
	}
	for _, request := range []struct{ method, path string }{
		{"GET", "/primus"}, {"GET", "/primus/"}, {"POST", "/primus"}, {"GET", "/primus/primus.js/x"}, {"DELETE", "/primus/specs"},
	} {
		status, body, header := s.do(t, request.method, request.path)
		if status != 426 || body != "Upgrade Required" || header.Get("Content-Type") != "text/plain" || !strings.Contains(header.Get("Cache-Control"), "no-cache") {
			t.Errorf("%v answered %d %q %v, want 426", request, status, body, header)
		}
	}
	for _, path := range []string{"/primus", "/primus/", "/primus/deep/er?x=1", "/primus/primus.js"} {
		c, err := s.dial(t, path)
		if err != nil {
			t.Errorf("websocket at %s: %v", path, err)
			continue
		}
		c.call(`["find","limited",{}]`, `[null,[]]`)
	}
}

func packets(t *testing.T) {
	t.Run("calls", calls)
	t.Run("ids", ids)
	t.Run("what is ignored", ignored)
	t.Run("what is answered all the same", answered)
	t.Run("events", events)
	t.Run("line separators", separators)
}

func calls(t *testing.T) {
	t.Parallel()
	c := start(t, primus.Options{}).connect(t)
	for _, tt := range []struct{ call, want string }{
		{`["create","messages",{"text":"a"},{}]`, `{"id":1,"text":"a","seq":null}`},
		{`["find","messages",{"text":"a"}]`, `{"total":1,"limit":10,"skip":0,"data":[{"id":1,"text":"a","seq":null}]}`},
		{`["get","messages",1,{"$select":["text"]}]`, `{"id":1,"text":"a"}`},
		{`["update","messages",1,{"text":"b"},{"$select":["text"]}]`, `{"id":1,"text":"b"}`},
		{`["patch","messages",1,{"seq":4},{"$select":["seq"]}]`, `{"id":1,"seq":4}`},
		{`["shout","messages",{"text":"c"},{}]`, `{"id":0,"text":"c!","seq":null}`},
		{`["remove","messages",1,{"$select":["text"]}]`, `{"id":1,"text":"b"}`},
		{`["create","/users/7/posts/",{"text":"d"},{}]`, `{"id":1,"text":"d","seq":null,"userId":"7"}`},
		{`["find","users/8/posts",{}]`, `[]`},
		{`["find","limited"]`, `[]`},
	} {
		c.call(tt.call, "[null,"+tt.want+"]")
	}
}

func ids(t *testing.T) {
	t.Parallel()
	c := start(t, primus.Options{}).connect(t)
	for _, tt := range []struct{ id, echo string }{
		{"1", "1"}, {"9007199254740991", "9007199254740991"}, {"-7", "-7"}, {"1.5", "1.5"}, {"2e3", "2000"}, {"1e300", "1e+300"},
	} {
		for _, format := range []string{
			`{"type":0,"data":["find","limited",{}],"id":#}`,
			`{"id":#,"data":["find","limited",{}],"type":0}`,
			` { "more" : {"id":[5]}, "data" : [ "find" , "limited" , {"$limit":1} ] , "id" : # , "type" : 0.0 } `,
			`{"id":77,"type":1,"data":[],"type":0,"id":#,"data":["find","limited","]}\"\\"]}`,
		} {
			c.send(strings.ReplaceAll(format, "#", tt.id))
			c.acknowledged(tt.echo, `[null,[]]`)
		}
	}
	for _, id := range []string{"0", "-0", "null", "false", `""`} {
		c.send(`{"type":0,"data":["find","limited",{}],"id":` + id + `}`)
	}
	c.silent()
}

func ignored(t *testing.T) {
	t.Parallel()
	c := start(t, primus.Options{}).connect(t)
	c.send(`{"type":0,"data":"find","id":1}`, `{"type":0,"data":{"0":"find"},"id":1}`, `{"type":0,"id":1}`, `{"type":0,"data":null,"id":1}`,
		`{"type":0,"data":["find","limited"],"id":"1"}`, `{"type":0,"data":["find","limited"],"id":true}`, `{"type":0,"data":["find","limited"],"id":{}}`,
		`{"type":1,"data":["find","limited"],"id":1}`, `{"type":2,"data":["find","limited"],"id":1}`, `{"type":"0","data":["find","limited"],"id":1}`,
		`{"data":["find","limited"],"id":1}`, `{"type":0,"data":["error"]}`, `{"type":0,"data":["incoming::data",1]}`, `{"type":0,"data":[]}`, `{"type":0,"data":[{}]}`,
		`7`, `null`, `[]`, `["find","limited"]`, `"hello"`, `"primus::nothing::"`, `"primus::server::close"`, `"primus::"`, ``, ` `, `{`, `{"type":0`, `}`,
		`{"type":0,"data":["find","limited"],"id":1`, `{"type":0,"data":["find","limited",],"id":1}`, `{"type":0,"data":["find","limited"}],"id":1}`,
		`{"type":0,"data":["find","limited"],"id":1}}`, `{"type":0,"data":["find","limited"] "id":1}`, `{"type":0,"data":["find","limited"],"id":1e999}`, `"primus::id::`)
	if err := c.ws.Write([]byte(`{"type":0,"data":["find","limited",{}],"id":1}`), true); err != nil {
		t.Fatal(err)
	}
	c.silent()
	c.call(`["find","limited",{}]`, `[null,[]]`)
}

func answered(t *testing.T) {
	t.Parallel()
	c := start(t, primus.Options{}).connect(t)
	c.call(`["find"]`, notFound("Invalid service path"))
	c.call(`["nobodyHasThis","messages"]`, notAllowed("nobodyHasThis", "messages"))
	c.call(`["error"]`, notFound("Invalid service path"))
	c.call(`["data","messages"]`, notAllowed("data", "messages"))
	c.call(`["find","nope",{}]`, notFound("Service 'nope' not found"))
	c.call(`["find","messages",{},1]`, badRequest("Too many arguments for 'find' method"))
	c.call(`[5,"messages"]`, notAllowed("5", "messages"))
	c.call(`[]`, badRequest("malformed event"))
	c.call(`[{"a":1}]`, badRequest("malformed event"))
	c.call(`["find","messages",`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+`]`, badRequest("JSON is nested too deep"))
	c.call(`[5,`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+`]`, badRequest("JSON is nested too deep"))
	c.call(`["__proto__","constructor"]`, notFound("Service 'constructor' not found"))
}

func events(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	one, other := s.connect(t), s.connect(t)
	event := `{"type":0,"data":["messages created",{"id":1,"text":"a","seq":null}]}`
	one.send(`{"type":0,"data":["create","messages",{"text":"a"},{}],"id":9}`)
	one.want(event, `{"id":9,"type":1,"data":[null,{"id":1,"text":"a","seq":null}]}`)
	other.want(event)
	one.send(`{"type":0,"data":["create","users/7/posts",{"text":"a"}]}`, `{"type":0,"data":["shout","messages",{"text":"b"}]}`)
	got := one.next() + one.next() // calls run at the same time
	for _, want := range []string{
		`{"type":0,"data":["users/:userId/posts created",{"id":1,"text":"a","seq":null,"userId":"7"}]}`,
		`{"type":0,"data":["messages typing",{"id":0,"text":"b!","seq":null}]}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s in it", got, want)
		}
	}
}

func separators(t *testing.T) {
	t.Parallel()
	c := start(t, primus.Options{}).connect(t)
	text := strings.Repeat("a\u2028b\u2029\u2027c", 50) // whose frame is longer than the text
	escaped := strings.NewReplacer("\u2028", `\u2028`, "\u2029", `\u2029`).Replace(text)
	record := `{"id":1,"text":"` + escaped + `","seq":null}`
	c.send(`{"type":0,"data":["create","messages",{"text":"` + text + `"},{}],"id":1}`)
	c.want(`{"type":0,"data":["messages created",`+record+`]}`, `{"id":1,"type":1,"data":[null,`+record+`]}`)
	c.call(`["find","`+"\u2028"+`"]`, notFound(`Service '\u2028' not found`))
}

func heartbeat(t *testing.T) {
	t.Run("a pong keeps a connection alive, silence ends it", func(t *testing.T) {
		t.Parallel()
		s := start(t, primus.Options{})
		c := s.connect(t)
		for range 3 {
			s.Beat()
			ping := c.next()
			if !strings.HasPrefix(ping, `"primus::ping::1`) || len(ping) != len(`"primus::ping::1795351392122"`) {
				t.Fatalf("got %s, want a ping", ping)
			}
			c.send(strings.Replace(ping, "ping", "pong", 1))
			waitFor(t, "the pong", func() bool { return s.Heard() == 1 })
		}
		s.Beat()
		c.next()
		s.Beat()
		c.ends(noStatus)
	})
	for name, sign := range map[string]string{
		"any message":      "\x81\x81\x00\x00\x00\x007",
		"a websocket ping": "\x89\x80\x00\x00\x00\x00",
	} {
		t.Run(name+" keeps a connection alive", func(t *testing.T) {
			t.Parallel()
			s := start(t, primus.Options{})
			c := s.connect(t)
			for range 3 {
				s.Beat()
				c.next()
				if err := c.ws.WriteRaw([]byte(sign)); err != nil {
					t.Fatal(err)
				}
				waitFor(t, "a sign of life", func() bool { return s.Heard() == 1 })
			}
			c.silent()
		})
	}
	t.Run("a client whose calls use up the bound is no silent one", func(t *testing.T) {
		t.Parallel()
		s := start(t, primus.Options{MaxCalls: 1})
		c := s.connect(t)
		c.send(`{"type":0,"data":["wait","blocking"],"id":1}`)
		<-s.app.Waiting
		s.Beat()
		c.send(`{"type":0,"data":["wait","blocking"],"id":2}`)
		waitFor(t, "the second call", func() bool { return s.Heard() == 1 && s.Busy() == 1 })
		s.Beat()
		s.Beat()
		s.app.Release()
		for _, prefix := range []string{`"primus::ping::`, `"primus::ping::`, `"primus::ping::`, `{"id":1,`, `{"id":2,`} {
			if got := c.next(); !strings.HasPrefix(got, prefix) {
				t.Errorf("got %s, want %s…", got, prefix)
			}
		}
	})
	t.Run("the server pings and ends by itself", func(t *testing.T) {
		t.Parallel()
		s := start(t, primus.Options{PingInterval: 20 * time.Millisecond})
		for range 2 { // also after there was nobody
			c := s.connect(t)
			for range 2 {
				if got := c.next(); !strings.HasPrefix(got, `"primus::ping::`) {
					t.Fatalf("got %s, want a ping", got)
				}
				c.send(`"primus::pong::0"`)
			}
			c.endsAfterPings()
			waitFor(t, "the connection to end", func() bool { return s.Stats().Connections == 0 })
		}
	})
}

// endsAfterPings checks that a client that says nothing is closed.
func (c *client) endsAfterPings() {
	c.t.Helper()
	for {
		data, _, err := c.ws.Read()
		if err != nil {
			return
		}
		if !strings.HasPrefix(string(data), `"primus::ping::`) {
			c.t.Fatalf("got %s, want pings only", data)
		}
	}
}

func control(t *testing.T) {
	t.Run("a connection has an id", func(t *testing.T) {
		t.Parallel()
		s := start(t, primus.Options{})
		c, other := s.connect(t), s.connect(t)
		c.send(`"primus::id::"`, ` "primus::id::" `)
		other.send(`"primus::id::"`)
		first, second, foreign := c.next(), c.next(), other.next()
		if len(first) != len(`"primus::id::12345678901234567890"`) || first != second || first == foreign {
			t.Errorf("ids %s, %s and of another connection %s", first, second, foreign)
		}
	})
	t.Run("clients are told of the end", func(t *testing.T) {
		t.Parallel()
		s := start(t, primus.Options{EndClients: true})
		c := s.connect(t)
		go s.Close(t.Context())
		c.want(`"primus::server::close"`)
		c.ends(noStatus)
	})
	t.Run("or are to connect again", func(t *testing.T) {
		t.Parallel()
		s := start(t, primus.Options{})
		c := s.connect(t)
		go s.Close(t.Context())
		c.ends(noStatus)
	})
}

func legacyEvents(t *testing.T) {
	c := start(t, primus.Options{}).connect(t)
	for _, tt := range []struct{ call, want string }{
		{`["messages::create",{"text":"a"},{}]`, `[null,{"id":1,"text":"a","seq":null}]`},
		{`[ "messages::get" , 1 , {"$select":["text"]} ]`, `[null,{"id":1,"text":"a"}]`},
		{`["users/7/posts::find"]`, `[null,[]]`},
		{`["messages\u003a:get",1]`, `[null,{"id":1,"text":"a","seq":null}]`},
		{`["limited::get",1]`, notAllowed("get", "limited")},
		{`["nope::find",{}]`, notFound("Service 'nope' not found")},
		{`["no\"pe::find",{}]`, notFound(`Service 'no\"pe' not found`)},
		{`["::",{}]`, notFound("Service '' not found")},
		{`["authenticate",{"strategy":"local"}]`, notFound("Invalid service path")},
		{`["logout"]`, notFound("Invalid service path")},
	} {
		c.call(tt.call, tt.want)
	}
	c.send(`{"type":0,"data":["messages::find",{},],"id":1}`, `{"type":0,"data":["authenticate",{}]}`, `{"type":0,"data":["logout"]}`)
	c.silent()
}

func errorsMember(t *testing.T) {
	c := start(t, primus.Options{}).connect(t)
	c.call(`["get","failing",1]`, failure("GeneralError", "Internal error", 500, "general-error"))
	c.call(`["find","failing"]`, failure("GeneralError", "Internal error", 500, "general-error"))
	c.call(`["create","failing",{"text":"a"}]`, failure("Conflict", "taken", 409, "conflict"))
	c.send(`{"type":0,"data":["create","messages",{}],"id":1}`)
	got := c.next()
	if !strings.Contains(got, `"message":"validation failed"`) || !strings.Contains(got, `"data":[{`) || !strings.HasSuffix(got, `}],"errors":{}}]}`) {
		t.Errorf("got %s, want the fields in data, then errors", got)
	}
}
