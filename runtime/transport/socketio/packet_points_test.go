package socketio_test

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func connectReply(t *testing.T) {
	c := start(t, socketio.Options{}).open(t)
	c.send("40")
	m := regexp.MustCompile(`^40\{"sid":"([\w-]{20})"\}$`).FindStringSubmatch(c.next())
	if m == nil || m[1] == c.SID {
		t.Errorf("reply = %q, want an id other than %s", m, c.SID)
	}
}

func unknownNamespace(t *testing.T) {
	c := start(t, socketio.Options{}).open(t)
	c.send("40/admin,")
	c.want(`44/admin,{"message":"Invalid namespace"}`)
	c.send("40/", `421["nope"]`)
	if got := c.next(); !strings.HasPrefix(got, `40{"sid":`) {
		t.Errorf("got %q, want the connection usable", got)
	}
	c.next()
	c.send("40/admin")
	c.want(`44/admin,{"message":"Invalid namespace"}`)
}

func protocolErrors(t *testing.T) {
	s := start(t, socketio.Options{})
	for _, tt := range []struct{ name, packet string }{
		{"an event", `42["find","messages"]`},
		{"an acknowledgement", `430[]`},
		{"a disconnect", `41`},
		{"an event of another namespace", `42/admin,["find"]`},
		{"a connect with an array", `40[]`},
		{"a connect with bad JSON", `40{`},
		{"an unknown packet", `47`},
		{"an empty packet", `4`},
		{"an empty frame", ``},
		{"an unknown Engine.IO packet", `9`},
	} {
		t.Run(tt.name+" before the connect", func(t *testing.T) {
			t.Parallel()
			c := s.open(t)
			c.send(tt.packet)
			c.ends(noStatus)
		})
	}
	for _, tt := range []struct{ name, packet string }{
		{"a second connect", `40`},
		{"bad JSON", `42["find"`},
		{"text behind the JSON", `42["find"]x`},
		{"no data", `42`},
		{"an object", `42{"0":"find"}`},
		{"an empty array", `42[]`},
		{"a name that is null", `420[null,"messages"]`},
		{"a name that is an object", `420[{},"messages"]`},
		{"a name that is a bool", `420[true]`},
		{"an id that is too large", `42123456789012345678901["find"]`},
		{"an acknowledgement that is no array", `430{}`},
		{"a disconnect with data", `41{}`},
		{"an event of another namespace", `42/admin,["find"]`},
		{"the event connect", `420["connect"]`},
		{"the event connect_error", `420["connect_error"]`},
		{"the event disconnect", `420["disconnect"]`},
		{"the event disconnecting", `420["disconnecting"]`},
		{"the event newListener", `420["newListener"]`},
		{"the event removeListener", `420["removeListener"]`},
		{"no attachments", `450-["find"]`},
		{"negative attachments", `45-1-["find"]`},
		{"too many attachments", `4511-["find"]`},
		{"a million attachments", `451000000-["find"]`},
		{"attachments that are no number", `45x-["find"]`},
		{"attachments without a hyphen", `45["find"]`},
		{"a fraction of attachments", `451.5-["find"]`},
		{"a namespace that is too long", `40/` + strings.Repeat("x", 1000)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := s.connect(t)
			c.send(tt.packet)
			c.ends(noStatus)
		})
		t.Run(tt.name+" over polling", func(t *testing.T) {
			t.Parallel()
			p := s.connectPolling(t)
			p.send(tt.packet)
			p.gone()
		})
	}
}

func TestBinaryOutOfPlaceEndsTheSession(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{MaxPayload: 1000})
	for _, tt := range []struct {
		name string
		send func(*socket)
	}{
		{"binary without a header", func(c *socket) { c.sendBinary("x") }},
		{"text instead of an attachment", func(c *socket) { c.send(`451-["find",{"_placeholder":true,"num":0}]`, `42["find"]`) }},
		{"a placeholder for nothing", func(c *socket) { c.send(`451-["find",{"_placeholder":true,"num":1}]`); c.sendBinary("x") }},
		{"a placeholder without a number", func(c *socket) { c.send(`451-["find",{"_placeholder":true}]`); c.sendBinary("x") }},
		{"a placeholder that is a string", func(c *socket) { c.send(`451-["find",{"_placeholder":true,"num":"0"}]`); c.sendBinary("x") }},
		{"a placeholder twice", func(c *socket) {
			c.send(`451-["find",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]`)
			c.sendBinary("x")
		}},
		{"attachments too large together", func(c *socket) {
			c.send(`452-["find",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`)
			c.sendBinary(strings.Repeat("x", 600))
			c.sendBinary(strings.Repeat("x", 600))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := s.connect(t)
			tt.send(c)
			c.ends(noStatus)
		})
	}
}

func connectTimeout(t *testing.T) {
	s := start(t, socketio.Options{ConnectTimeout: 500 * time.Millisecond})
	lazy, diligent := s.open(t), s.connect(t)
	lazy.ends(noStatus)
	diligent.answers(`421["nope"]`, `431[{"name":"NotFound","message":"Invalid service path","code":404,"className":"not-found"}]`)
}

func TestConnectAgain(t *testing.T) {
	t.Parallel()
	c := start(t, socketio.Options{}).connect(t)
	c.send("41", "40")
	if got := c.next(); !strings.HasPrefix(got, `40{"sid":`) {
		t.Errorf("got %q, want a new connection", got)
	}
	c.send("41", `42["find","messages"]`)
	c.ends(noStatus)
}

func binary(t *testing.T) {
	s := start(t, socketio.Options{})
	data := "\x00\x01\xff\xfe binary"
	text := base64.StdEncoding.EncodeToString([]byte(data))
	call := `451-7["create","messages",{"text":{"num":0,"_placeholder":true}},{}]`
	want := `437[null,{"id":1,"text":"` + text + `","seq":null}]`

	c := s.connect(t)
	c.send(call)
	c.sendBinary(data)
	for got := c.next(); got != want; got = c.next() {
		if !strings.HasPrefix(got, `42["messages created",`) {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	c.send(`461-7[null,{"_placeholder":true,"num":0}]`) // an answer to nothing
	c.sendBinary(data)

	p := s.connectPolling(t)
	p.send(call, "b"+text)
	want = strings.Replace(want, `"id":1`, `"id":2`, 1)
	for got := p.next(); got != want; got = p.next() {
		if !strings.HasPrefix(got, `42["messages created",`) {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	c.send(`42["messages"]`, `421["nope"]`)
	for got := c.next(); !strings.HasPrefix(got, "431["); {
		got = c.next()
	}
}

func connectPayloadIsIgnored(t *testing.T) {
	s := start(t, socketio.Options{})
	c := s.open(t)
	c.send(`40{"token":"x","pid":"y","offset":"z"}`)
	if got := c.next(); !strings.HasPrefix(got, `40{"sid":"`) || strings.Contains(got, "pid") {
		t.Errorf("reply = %q", got)
	}
	c.answers(`421["find","limited"]`, `431[null,[]]`)
}

func version3(t *testing.T) {
	s := start(t, socketio.Options{AllowEIO3: true, PingInterval: 300 * time.Millisecond, PingTimeout: 200 * time.Millisecond})
	s.url = strings.Replace(s.url, "EIO=4", "EIO=3", 1)
	t.Run("over a websocket", func(t *testing.T) {
		c := s.open(t)
		c.want("40")
		for range 3 {
			c.send("2")
			c.want("3")
		}
		c.send("2probe", `42/x,["find"]`)
		c.want("3probe")
		c.ends(noStatus)
	})
	t.Run("silence closes", func(t *testing.T) {
		c := s.open(t)
		c.want("40")
		c.ends(noStatus)
	})
	t.Run("over polling", func(t *testing.T) {
		_, body, _ := s.do(t, "GET", s.url+"&transport=polling", "")
		_, packet, _ := strings.Cut(body, ":")
		if !strings.HasSuffix(packet, "2:40") {
			t.Fatalf("handshake = %q, want 40 behind it", body)
		}
		url := s.url + "&transport=polling&sid=" + parseHandshake(t, strings.TrimSuffix(packet, "2:40")).SID
		call := `42["shout","messages",{"text":"ä😀"}]`
		if status, answer, _ := s.do(t, "POST", url, "37:"+call); status != 200 || answer != "ok" {
			t.Fatalf("POST answered %d %q", status, answer)
		}
		want := `55:42["messages typing",{"id":0,"text":"ä😀!","seq":null}]`
		if _, got, _ := s.do(t, "GET", url, ""); got != want {
			t.Errorf("poll answered %q, want %q", got, want)
		}
	})
}

func TestAnswerAfterConnectIsInOrder(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	s.app.OnConnect(func(c *runtime.Connection) {
		if err := s.app.Service("messages").Emit(t.Context(), "typing", s.app.Service("messages").Schema.New()); err != nil {
			t.Error(err)
		}
	})
	c := s.open(t)
	c.send("40")
	if got := c.next(); !strings.HasPrefix(got, `40{"sid":`) {
		t.Errorf("first packet = %q, want the reply to the connect", got)
	}
	c.want(`42["messages typing",{"id":0,"text":"","seq":null}]`)
}
