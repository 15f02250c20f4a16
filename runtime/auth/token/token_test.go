package token_test

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
)

// TestPoint holds one test for each point of the protocol reference, by its
// number: go test -run 'Point/97'.
func TestPoint(t *testing.T) {
	t.Parallel()
	for _, point := range []struct {
		number string
		test   func(*testing.T)
	}{
		{"97", headerAndClaims},
		{"98", refusals},
	} {
		t.Run(point.number, func(t *testing.T) {
			t.Parallel()
			point.test(t)
		})
	}
}

func headerAndClaims(t *testing.T) {
	ours := tokens(t, secret, "")
	text, c := issue(t, ours)
	header, payload, _ := strings.Cut(text, ".")
	payload, _, _ = strings.Cut(payload, ".")
	if got := decode(t, header); got != goodHeader {
		t.Errorf("header %s, want %s", got, goodHeader)
	}
	want := regexp.MustCompile(fmt.Sprintf(`^{"iat":%d,"exp":%d,"aud":"https://yourdomain\.com","iss":"feathers","sub":"42",`+
		`"jti":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"}$`, at.Unix(), at.Unix()+86400))
	if got := decode(t, payload); !want.MatchString(got) || got != string(c.Payload) {
		t.Errorf("payload %s and in the claims %s, want %s", got, c.Payload, want)
	}
	if c.Subject != "42" || !c.Issued.Equal(at) || !c.Expires.Equal(at.Add(24*time.Hour)) || !strings.Contains(string(c.Payload), c.ID) {
		t.Errorf("Issue = %+v", c)
	}
	verified, err := ours.Verify(text)
	if err != nil || fmt.Sprint(verified) != fmt.Sprint(c) {
		t.Errorf("Verify = %+v, %v, want %+v as it was issued", verified, err, c)
	}
}

func decode(t *testing.T, part string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func refusals(t *testing.T) {
	k := keys(t, secret, "")
	ours := token.New(k, token.Options{Now: atTime(at)})
	good, _ := issue(t, ours)
	other, _ := issue(t, tokens(t, "another secret", ""))
	late := token.New(k, token.Options{Now: atTime(at.Add(24*time.Hour - time.Second))})
	if _, err := late.Verify(good); err != nil {
		t.Errorf("Verify in its last second: %v", err)
	}
	expired := token.New(k, token.Options{Now: atTime(at.Add(24 * time.Hour))})
	refused(t, expired, good, "jwt expired", `{"name":"TokenExpiredError","expiredAt":"2026-11-23T12:00:00.000Z"}`)
	refused(t, token.New(k, token.Options{Audience: "us", Now: atTime(at)}), good, "jwt audience invalid. expected: us", jsonWebTokenError)
	refused(t, token.New(k, token.Options{Issuer: "me", Now: atTime(at)}), good, "jwt issuer invalid. expected: me", jsonWebTokenError)
	refused(t, ours, "garbage", "jwt malformed", jsonWebTokenError)
	refused(t, ours, other, "invalid signature", jsonWebTokenError)
	refused(t, ours, token.Sign(k, `{"alg":"HS512","typ":"access"}`, `{}`), "invalid algorithm", jsonWebTokenError)
}

func TestOwnClaimsFollowTheStandardOnes(t *testing.T) {
	t.Parallel()
	ours := tokens(t, secret, "")
	text, c := issue(t, ours, token.Claim{Name: "role", Value: []byte(`"admin"`)}, token.Claim{Name: "q\"", Value: []byte(`[1]`)})
	if want := `","role":"admin","q\"":[1]}`; !strings.HasSuffix(string(c.Payload), want) {
		t.Errorf("payload %s, want the end %s", c.Payload, want)
	}
	if v, err := ours.Verify(text); err != nil || string(v.Payload) != string(c.Payload) {
		t.Errorf("Verify = %s, %v, want %s", v.Payload, err, c.Payload)
	}
}

func TestATokenNeedsNoSubject(t *testing.T) {
	t.Parallel()
	ours := tokens(t, secret, "")
	text, c, err := ours.Issue("")
	if err != nil || strings.Contains(string(c.Payload), `"sub"`) {
		t.Fatalf("Issue(\"\") = %s, %v", c.Payload, err)
	}
	if v, err := ours.Verify(text); err != nil || v.Subject != "" {
		t.Errorf("Verify = %+v, %v", v, err)
	}
}

func TestTheLifetimeIsRoundedUpToSeconds(t *testing.T) {
	t.Parallel()
	for lifetime, want := range map[time.Duration]time.Duration{
		0: 24 * time.Hour, -1: 24 * time.Hour, 1: time.Second, time.Second: time.Second, 1500 * time.Millisecond: 2 * time.Second,
	} {
		_, c := issue(t, token.New(keys(t, secret, ""), token.Options{Lifetime: lifetime, Now: atTime(at.Add(999 * time.Millisecond))}))
		if got := c.Expires.Sub(c.Issued); got != want || !c.Issued.Equal(at) {
			t.Errorf("a lifetime of %v became %v from %v, want %v from %v", lifetime, got, c.Issued, want, at)
		}
	}
}

func TestIssueRefusesWhatMakesNoToken(t *testing.T) {
	t.Parallel()
	ours := tokens(t, secret, "")
	claim := func(name, value string) []token.Claim { return []token.Claim{{Name: name, Value: []byte(value)}} }
	for name, c := range map[string]struct {
		subject string
		own     []token.Claim
	}{
		"a subject that is no UTF-8":     {"\xff", nil},
		"a claim that is no JSON":        {"1", claim("a", `{`)},
		"a claim without value":          {"1", claim("a", ``)},
		"a claim that brings others":     {"1", claim("a", `1,"b":2`)},
		"a claim of the standard":        {"1", claim("sub", `"2"`)},
		"a claim twice":                  {"1", append(claim("a", `1`), claim("a", `1`)...)},
		"no time for not before":         {"1", claim("nbf", `"soon"`)},
		"more than a token has room for": {"1", claim("a", `"`+strings.Repeat("a", 8000)+`"`)},
		"deeper than JSON is read":       {"1", claim("a", strings.Repeat("[", 200)+strings.Repeat("]", 200))},
		"a subject that has no room":     {strings.Repeat("a", 8000), nil},
	} {
		if text, _, err := ours.Issue(c.subject, c.own...); err == nil || text != "" {
			t.Errorf("%s: Issue = %.50s, nil, want an error", name, text)
		}
	}
}

func TestEveryTokenHasItsOwnID(t *testing.T) {
	t.Parallel()
	ours := tokens(t, secret, "")
	_, a := issue(t, ours)
	_, b := issue(t, ours)
	if a.ID == b.ID {
		t.Errorf("two tokens have the id %s", a.ID)
	}
}
