package socketio_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

// failure is the answer with id 1 of a call that failed.
func failure(name, message string, code int, class string) string {
	return `431[{"name":"` + name + `","message":"` + message + `","code":` + strconv.Itoa(code) + `,"className":"` + class + `"}]`
}

func notFound(message string) string { return failure("NotFound", message, 404, "not-found") }
func badRequest(message string) string {
	return failure("BadRequest", message, 400, "bad-request")
}
func notAllowed(method, path string) string {
	return failure("MethodNotAllowed", "Method '"+method+"' not allowed on service '"+path+"'", 405, "method-not-allowed")
}

func findAnswer(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.answers(`420["find","messages",{}]`, `430[null,{"total":0,"limit":10,"skip":0,"data":[]}]`)
	c.answers(`4218446744073709551615["find","limited",{}]`, `4318446744073709551615[null,[]]`)
}

func argumentShapes(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
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
		{`["find","limited/55",{}]`, `[]`},
	} {
		c.answers("421"+tt.call, "431[null,"+tt.want+"]")
	}
}

func missingQuery(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	for _, call := range []string{
		`["find","limited"]`, `["find","limited",null]`, `["find","limited",7]`, `["find","limited","x"]`, `["find","limited",[1]]`,
	} {
		c.answers("421"+call, "431[null,[]]")
	}
	c.answers(`421["create","messages",{"text":"a"}]`, `431[null,{"id":1,"text":"a","seq":null}]`)
	c.answers(`421["get","messages",1]`, `431[null,{"id":1,"text":"a","seq":null}]`)
	c.answers(`421["patch","messages",1,{}]`, `431[null,{"id":1,"text":"a","seq":null}]`)
	c.answers(`421["remove","messages"]`, notFound("No record found for id 'undefined'"))
	c.answers(`421["remove","messages",1]`, `431[null,{"id":1,"text":"a","seq":null}]`)
	c.answers(`421["remove","messages",null]`, `431[null,[]]`)
}

func tooManyArguments(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	for method, args := range map[string]string{
		"find": `{},1`, "get": `1,{},1`, "create": `{},{},1`, "update": `1,{},{},1`, "patch": `1,{},{},1,2,3,4`, "remove": `1,{},1`, "shout": `{},{},1`,
	} {
		c.answers(`421["`+method+`","messages",`+args+`]`, badRequest("Too many arguments for '"+method+"' method"))
	}
}

func unknownService(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.answers(`421["find","nope",{}]`, notFound("Service 'nope' not found"))
	c.answers(`421["find","",{}]`, notFound("Service '' not found"))
	c.answers(`421["find","Messages",{}]`, notFound("Service 'Messages' not found"))
	c.answers(`421["find","`+strings.Repeat("a/", 1000)+`",{}]`, notFound("Service '"+strings.Repeat("a/", 50)+"' not found"))
}

func invalidPath(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	for _, path := range []string{"5", "null", "{}", `["messages"]`, "true"} {
		c.answers(`421["find",`+path+`,{}]`, notFound("Invalid service path"))
	}
}

func methodNotAllowed(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.answers(`421["get","limited",1,{}]`, notAllowed("get", "limited"))
	c.answers(`421["shout","limited",{}]`, notAllowed("shout", "limited"))
}

func everyEventIsAnswered(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.answers(`421["find"]`, notFound("Invalid service path"))
	c.answers(`421["nobodyHasThis","messages"]`, notAllowed("nobodyHasThis", "messages"))
	c.answers(`421["error","messages"]`, notAllowed("error", "messages"))
	c.answers(`421["error"]`, notFound("Invalid service path"))
	c.answers(`421[5,"messages"]`, notAllowed("5", "messages"))
	c.answers(`421["find","messages",`+strings.Repeat("[", 1000)+`]`, badRequest("JSON is nested too deep"))
	c.answers(`421["__proto__","constructor"]`, notFound("Service 'constructor' not found"))
	for _, id := range []string{`{"a":1}`, `[]`, `true`, `1e999`, `1.5`} {
		c.answers(`421["get","messages",`+id+`]`, notFound("No record found for id '"+strings.ReplaceAll(id, `"`, `\"`)+"'"))
	}
}

func errorAcknowledgement(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.answers(`421["get","failing",1]`, failure("GeneralError", "Internal error", 500, "general-error"))
	c.answers(`421["find","failing"]`, failure("GeneralError", "Internal error", 500, "general-error"))
	c.answers(`421["create","failing",{"text":"a"}]`, failure("Conflict", "taken", 409, "conflict"))
}

func typesAreKept(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.answers(`421["create","messages",{"text":"1","seq":1.5}]`, `431[null,{"id":1,"text":"1","seq":1.5}]`)
	c.answers(`421["get","messages",1]`, `431[null,{"id":1,"text":"1","seq":1.5}]`)
	c.answers(`421["find","messages",{"seq":{"$in":[1.5,null]},"text":"1","$limit":1}]`,
		`431[null,{"total":1,"limit":1,"skip":0,"data":[{"id":1,"text":"1","seq":1.5}]}]`)
	c.answers(`421["find","messages",{"seq":null,"$limit":0}]`, `431[null,{"total":0,"limit":0,"skip":0,"data":[]}]`)
}

func callWithoutAcknowledgement(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.send(`42["create","messages",{"text":"a"}]`)
	c.want(`42["messages created",{"id":1,"text":"a","seq":null}]`)
	c.send(`42["get","failing",1]`, `42["nope"]`, `42[7]`)
	c.answers(`421["get","messages",1]`, `431[null,{"id":1,"text":"a","seq":null}]`)
}

func eventName(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.send(`42["create","users/7/posts",{"text":"a"}]`)
	c.want(`42["users/:userId/posts created",{"id":1,"text":"a","seq":null,"userId":"7"}]`)
}

func eventPerItem(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.send(`42["create","messages",[{"text":"a","secret":"x"},{"text":"b"}],{"$select":["text"]}]`)
	c.want(`42["messages created",{"id":1,"text":"a","seq":null}]`, `42["messages created",{"id":2,"text":"b","seq":null}]`)
	c.send(`42["patch","messages",null,{"seq":1}]`)
	c.want(`42["messages patched",{"id":1,"text":"a","seq":1}]`, `42["messages patched",{"id":2,"text":"b","seq":1}]`)
	c.send(`42["update","messages",1,{"text":"c"}]`)
	c.want(`42["messages updated",{"id":1,"text":"c","seq":null}]`)
	c.send(`42["remove","messages",null]`)
	c.want(`42["messages removed",{"id":1,"text":"c","seq":null}]`, `42["messages removed",{"id":2,"text":"b","seq":1}]`)
}

func noEvent(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.send(`421["create","failing",{"text":"a"}]`)
	c.want(failure("Conflict", "taken", 409, "conflict"))
	c.send(`421["create","messages",{}]`)
	if got := c.next(); !strings.Contains(got, "validation failed") {
		t.Errorf("got %s, want the error", got)
	}
	c.send(`421["find","limited"]`)
	c.want(`431[null,[]]`)
}

func originatorGetsTheEvent(t *testing.T) {
	s := start(t, socketio.Options{})
	one, other, polling := s.connect(t), s.connect(t), s.connectPolling(t)
	event := `42["messages created",{"id":1,"text":"a","seq":null}]`
	one.send(`421["create","messages",{"text":"a"}]`)
	one.want(event, `431[null,{"id":1,"text":"a","seq":null}]`)
	other.want(event)
	polling.want(event)
	one.answers(`421["nope"]`, notFound("Invalid service path"))
}

func oneEventForTwoChannels(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t) // in both channels of the service
	c.send(`42["create","messages",{"text":"a"}]`, `42["create","messages",{"text":"b"}]`)
	first, second := c.next(), c.next()
	if !strings.HasPrefix(first, `42["messages created",`) || !strings.HasPrefix(second, `42["messages created",`) || first == second {
		t.Errorf("got %s and %s, want one event for each message", first, second)
	}
}

func customEvent(t *testing.T) {
	c := start(t, socketio.Options{}).connect(t)
	c.send(`42["shout","messages",{"text":"a"}]`)
	c.want(`42["messages typing",{"id":0,"text":"a!","seq":null}]`)
}

func disconnectLeavesChannels(t *testing.T) {
	for _, tt := range []struct {
		name  string
		leave func(*socket)
	}{
		{"a disconnect packet", func(c *socket) { c.send("41") }},
		{"a close frame", func(c *socket) { c.ws.SayGoodbye(1000); c.ends(1000) }},
		{"a cut connection", func(c *socket) { c.ws.Close() }},
		{"a broken protocol", func(c *socket) { c.send("47") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, socketio.Options{})
			left := make(chan []string, 1)
			s.app.OnDisconnect(func(c *runtime.Connection) { left <- c.Channels() })
			c := s.connect(t)
			tt.leave(c)
			if channels := <-left; len(channels) > 0 {
				t.Errorf("still in %q after the disconnect", channels)
			}
		})
	}
}
