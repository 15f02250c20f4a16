package socketio_test

import (
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

var packets = []string{
	`0`, `0{"token":"x"}`, `0/admin,`, `0/admin`, `0/`, `0/,`, `1`, `1{}`, `2`, `20["find","messages",{}]`, `2["find"]`, `2[5]`, `2[]`, `2["connect"]`,
	`212["create","messages",{"text":"a"},{}]`, `20["find","messages",{"a":{"$in":[1,{"$gt":2}]}}]`, `20["find","messages",{"__proto__":{"a":1}}]`,
	`20["get","messages",{"id":1}]`, `20["remove","messages",null]`, `2/admin,["find"]`, `299999999999999999999["find"]`, `20["get","messages",1e999]`,
	`3`, `30[null]`, `4{"message":"x"}`, `51-0["create","messages",{"text":{"_placeholder":true,"num":0}}]`, `52-["a",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]`,
	`51-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]`, `51-["a",{"_placeholder":true,"num":{"_placeholder":true,"num":0}}]`,
	`510-["a"]`, `511-["a"]`, `5-1-["a"]`, `5["a"]`, `51000000-["a"]`, `61-0[null,{"_placeholder":true,"num":0}]`, `7`, ``, "2[\"\xff\"]", `2["wait","blocking"]x`,
}

// FuzzPacket checks that what the parser reads, printed, is read the same.
func FuzzPacket(f *testing.F) {
	for _, p := range packets {
		f.Add([]byte(p))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := socketio.ParsePacket(src)
		if err != nil {
			return
		}
		text := string(p.Kind)
		if p.Attachments > 0 {
			text += strconv.Itoa(p.Attachments) + "-"
		}
		switch {
		case p.Namespace != "":
			text += p.Namespace + ","
		case strings.HasPrefix(p.Data, "/"):
			text += "/," // the main one in full, or the data would be taken for it
		}
		if p.HasID {
			text += strconv.FormatUint(p.ID, 10)
		}
		text += p.Data
		if again, err := socketio.ParsePacket([]byte(text)); err != nil || again != p {
			t.Fatalf("parse(%q) = %+v\nprinted %q and parsed: %+v, %v", src, p, text, again, err)
		}
	})
}

// FuzzSession sends a packet with attachments to a server, which must live on
// and answer every event that has an id.
func FuzzSession(f *testing.F) {
	for i, p := range packets {
		f.Add(p, strings.Repeat("x", i), "y", i%2 == 0)
	}
	app := transporttest.New(f)
	app.Release()
	f.Fuzz(func(t *testing.T, packet, first, second string, connect bool) {
		sio := socketio.New(app.App, socketio.Options{})
		do := func(method, query, body string) string {
			w := httptest.NewRecorder()
			sio.ServeHTTP(w, httptest.NewRequest(method, "/socket.io/?EIO=4&transport=polling"+query, strings.NewReader(body)))
			return w.Body.String()
		}
		_, sid, _ := strings.Cut(do("GET", "", ""), `"sid":"`)
		sid = "&sid=" + sid[:20]
		if connect {
			do("POST", sid, "40")
			do("GET", sid, "")
		}
		base64 := base64.StdEncoding.EncodeToString
		do("POST", sid, fmt.Sprintf("4%s\x1eb%s\x1eb%s", packet, base64([]byte(first)), base64([]byte(second))))
		do("POST", sid, "1")
		if err := sio.Close(t.Context()); err != nil {
			t.Fatalf("Close() = %v", err)
		}
		for len(app.Waiting) > 0 { // calls of wait; it holds a thousand
			<-app.Waiting
		}
	})
}
