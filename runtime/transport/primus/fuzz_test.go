package primus_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
)

// FuzzPacket compares the parser with encoding/json. It looks into nothing
// that is called data, so it may accept there what is no JSON; and it refuses
// deep nesting elsewhere and an id out of range.
func FuzzPacket(f *testing.F) {
	for _, seed := range []string{
		`{"type":0,"data":["find","echo",{"a":1}],"id":1}`, `{"id":1,"type":1,"data":[null,{}]}`, `{"type":0,"data":[]}`,
		`{"data":["]","\"]","\\"],"type":0,"id":-1.5e3}`, ` { "type" : 0 , "data" : [ [ ] ] , "id" : null } `, `{"type":0,"data":["a"],"id":"1"}`,
		`{"type":0,"data":{"0":"a"},"id":true}`, `{"type":"0","data":["a"],"id":[]}`, `{"data":[1],"data":null,"data":[2],"id":1,"id":0,"type":0.0}`,
		`{"type":0,"data":[}`, `{"type":0,"data":["a]}`, `{"type":0,"data":["a"] "id":1}`, `{"type":0,"data":["a"]},`, `{"type":0,"data":[[[[{"a":[`,
		`{"type":0,"data":["messages::find",{}],"id":1}`, `{"type":0,"data":["::"]}`, `{"d\u0061ta":["a"],"type":0}`, `{"id":1e999}`, `{}`, `{`, ``, `"primus::id::"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if !utf8.Valid(src) {
			return // the websocket refuses it
		}
		data, id, isEvent, err := primus.Parse(bytes.Clone(src))
		checkLegacy(t, data)
		var want map[string]json.RawMessage
		if json.Unmarshal(src, &want) != nil || want == nil {
			return
		}
		wantID, numErr := strconv.ParseFloat(string(want["id"]), 64)
		switch {
		case errors.Is(err, jsonio.ErrDepth), errors.Is(numErr, strconv.ErrRange), repeated(src):
			return
		case err != nil:
			t.Fatalf("Parse(%q) = %v, want it accepted", src, err)
		case (data != nil) != (kind(want["data"]) == jsonio.Array), data != nil && !bytes.Equal(data, want["data"]):
			t.Fatalf("Parse(%q): data %q, want %q", src, data, want["data"])
		case numErr == nil && id != wantID, numErr != nil && id != 0:
			t.Fatalf("Parse(%q): id %v, want %v", src, id, wantID)
		}
		typ, err := strconv.ParseFloat(string(want["type"]), 64)
		if wantEvent := err == nil && typ == 0 && data != nil && !badID(want["id"]); isEvent != wantEvent {
			t.Fatalf("Parse(%q): event %v, want %v", src, isEvent, wantEvent)
		}
	})
}

// repeated reports whether a member may be there twice: an id out of range
// is refused even when another one follows.
func repeated(src []byte) bool {
	return bytes.Contains(src, []byte(`\`)) || bytes.Count(src, []byte(`"id"`)) > 1
}

func kind(raw []byte) jsonio.Kind {
	r := jsonio.NewReader(raw)
	return r.Kind()
}

// badID reports whether an id is true in JavaScript, but no number.
func badID(raw []byte) bool {
	switch kind(raw) {
	case jsonio.Array, jsonio.Object:
		return true
	case jsonio.Bool:
		return string(raw) == "true"
	case jsonio.String:
		return string(raw) != `""`
	}
	return false
}

// checkLegacy checks that the call made of an event is JSON when the event is.
func checkLegacy(t *testing.T, data []byte) {
	t.Helper()
	if data == nil || !json.Valid(data) {
		return
	}
	if call := primus.FromLegacy(data); call != nil && !json.Valid(call) {
		t.Fatalf("FromLegacy(%q) = %q", data, call)
	}
}
