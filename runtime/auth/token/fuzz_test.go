package token_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
)

// FuzzVerify gives Verify tokens as strangers make them, and tokens with a
// right signature over any header and payload. What it accepts is held
// against what encoding/json reads.
func FuzzVerify(f *testing.F) {
	k := keys(f, secret, "")
	ours := token.New(k, token.Options{Now: atTime(at)})
	// Not one of Issue's: each fuzzing process would have its own.
	payload := `{"iat":1795348800,"exp":1795435200,` + forUs + `,"sub":"42"}`
	good := token.Sign(k, goodHeader, payload)
	for _, seed := range [][3]string{
		{good, goodHeader, payload},
		{good + "=", `{"alg":"none"}`, `{}`},
		{strings.Replace(good, ".", "\n.", 1), `{"alg":"HS256","alg":"none"}`, `{` + forUs + `,"exp":1e300,"nbf":-1,"iat":"1"}`},
		{"eyJhbGciOiJub25lIn0.e30.", `{"alg":"HS256","kid":"a","crit":["b64"],"b64":false}`, `{"aud":["a",["b"],"https://yourdomain.com"],"iss":"feathers","exp":9999999999.5}`},
		{"..", `{"\u0061lg":"HS256"}`, `{` + forUs + `,"sub":"\ud800","jti":"é","e\u0078p":1}`},
		{"a.b.c.d", `[[[[`, nested(200)},
		{strings.Repeat("A", 9000), `null`, `{` + forUs + many(30) + `}`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, text, header, payload string) {
		if c, err := ours.Verify(text); err != nil {
			checkRefusal(t, err)
		} else if text != good {
			t.Fatalf("Verify(%q) = %s: nobody signed that", text, c.Payload)
		}
		signed := token.Sign(k, header, payload)
		c, err := ours.Verify(signed)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if len(signed) > 8192 || string(c.Payload) != payload {
			t.Fatalf("Verify took %d bytes, payload %q for %q", len(signed), c.Payload, payload)
		}
		checkClaims(t, c, header)
	})
}

func checkRefusal(t *testing.T, err error) {
	t.Helper()
	var e *runtime.Error
	if !errors.As(err, &e) || e.Code != 401 || e.Message == "" || !json.Valid(e.Data) || len(e.Data) > 100 || len(e.Message) > 100 {
		t.Fatalf("error %#v, want a short NotAuthenticated", err)
	}
}

func checkClaims(t *testing.T, c token.Claims, header string) {
	t.Helper()
	var h struct {
		Alg string  `json:"alg"`
		Kid *string `json:"kid"`
	}
	if err := json.Unmarshal([]byte(header), &h); err != nil || h.Kid != nil {
		t.Fatalf("the header %q was accepted: %v", header, err)
	}
	var all map[string]json.RawMessage // structs would take names in other letter cases
	if err := json.Unmarshal(c.Payload, &all); err != nil {
		t.Fatalf("the payload %q was accepted: %v", c.Payload, err)
	}
	var exp float64
	if raw, ok := all["exp"]; ok {
		if err := json.Unmarshal(raw, &exp); err != nil || exp <= float64(at.Unix()) || c.Expires.IsZero() {
			t.Fatalf("the expiry of %q was accepted: %v, %v", c.Payload, c.Expires, err)
		}
	} else if !c.Expires.IsZero() {
		t.Fatalf("%q expires at %v", c.Payload, c.Expires)
	}
	var sub string
	if err := json.Unmarshal(all["sub"], &sub); all["sub"] != nil && err != nil || sub != c.Subject {
		t.Fatalf("the subject of %q is %q, %v", c.Payload, c.Subject, err)
	}
	if string(all["iss"]) != `"feathers"` && !bytes.Contains(all["iss"], []byte(`\`)) {
		t.Fatalf("the issuer of %q was accepted", c.Payload)
	}
}
