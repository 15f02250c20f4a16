package auth_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/query"
)

var everything = query.Cond{}

// TestPoint holds one test for each point of the protocol reference, by its
// number: go test -run 'Point/95'.
func TestPoint(t *testing.T) {
	t.Parallel()
	for _, point := range []struct {
		number string
		test   func(*testing.T)
	}{
		{"83", logoutLeavesChannels},
		{"84", handshakeLogsIn},
		{"95", localLogin},
		{"96", jwtLogin},
		{"97", tokenClaims},
		{"98", refusals},
		{"99", schemes},
		{"100", logoutOverREST},
		{"101", socketLogin},
		{"102", expiry},
	} {
		t.Run(point.number, func(t *testing.T) {
			t.Parallel()
			point.test(t)
		})
	}
}

// payload returns the claims of a token.
func payload(t *testing.T, text string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func localLogin(t *testing.T) {
	w := newWorld(t, nil)
	text := w.login(ann)
	if got := w.noted(); got != "login local ann@example.com rest" {
		t.Errorf("the app heard of %s", got)
	}
	_, body := w.do("POST /authentication", local(ann, plain))
	var answer struct{ AccessToken string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"accessToken":"%s","authentication":{"strategy":"local","payload":%s},"user":%s}`,
		answer.AccessToken, payload(t, answer.AccessToken), annSeen)
	if body != want {
		t.Errorf("login = %s\nwant    %s", body, want)
	}
	w.expect("GET /users/1", "", 200, annSeen, "Authorization", text)

	bare := newWorld(t, func(o *auth.Options) { o.Entity = "" })
	text = bare.issue(1)
	bare.expect("POST /authentication", withToken(text), 201, jwtAnswer(t, text, ""))
}

// jwtAnswer is what a login with a token answers; user is its last member.
func jwtAnswer(t *testing.T, text, user string) string {
	return fmt.Sprintf(`{"accessToken":"%s","authentication":{"strategy":"jwt","accessToken":"%s","payload":%s}%s}`,
		text, text, payload(t, text), user)
}

func jwtLogin(t *testing.T) {
	w := newWorld(t, nil)
	text := w.issue(1)
	w.expect("POST /authentication", withToken(text), 201, jwtAnswer(t, text, `,"user":`+annSeen))
	if got := w.noted(); got != "login jwt ann@example.com rest" {
		t.Errorf("the app heard of %s", got)
	}
}

func tokenClaims(t *testing.T) {
	w := newWorld(t, nil)
	text := w.login(ann)
	header, _ := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[0])
	if string(header) != `{"alg":"HS256","typ":"access"}` {
		t.Errorf("header = %s", header)
	}
	form := regexp.MustCompile(`^{"iat":(\d+),"exp":(\d+),"aud":"https://yourdomain.com","iss":"feathers","sub":"1",` +
		`"jti":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"}$`)
	if got := payload(t, text); !form.MatchString(got) {
		t.Errorf("payload = %s", got)
	}
}

// sign makes a token for a subject that expires when the tokens' clock says.
func sign(t *testing.T, secret, subject string, o token.Options) string {
	t.Helper()
	keys, err := token.ParseKeys(secret, "")
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := token.New(keys, o).Issue(subject)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func refusals(t *testing.T) {
	w := newWorld(t, nil)
	past := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	expired := sign(t, secret, "1", token.Options{Now: past})
	for _, c := range []struct{ body, want string }{
		{local("nobody@example.com", plain), refused("Invalid login", "")},
		{local(ann, "wrong"), refused("Invalid login", "")},
		{local("bob@example.com", "wrong"), refused("Invalid login", "")},
		{`{"strategy":"local","email":"ann@example.com"}`, refused("Invalid login", "")},
		{`{"strategy":"local","password":"x"}`, refused("Invalid login", "")},
		{`{"strategy":"local"}`, refused("Invalid login", "")},
		{`{}`, refused(noStrategy, "")},
		{``, refused(noStrategy, "")},
		{`{"email":"ann@example.com","password":"x"}`, refused(noStrategy, "")},
		{`{"strategy":"oauth"}`, refused(unknownStrategy, "")},
		{`{"strategy":"__proto__"}`, refused(unknownStrategy, "")},
		{`{"strategy":"jwt"}`, refused("No access token", "")},
		{withToken("garbage"), refused("jwt malformed", jwtData)},
		{withToken(sign(t, strings.ToUpper(secret), "1", token.Options{})), refused("invalid signature", jwtData)},
		{withToken(expired), refused("jwt expired", `{"name":"TokenExpiredError","expiredAt":"2026-01-03T03:04:05.000Z"}`)},
		{withToken(sign(t, secret, "1", token.Options{Audience: "x"})), refused("jwt audience invalid. expected: https://yourdomain.com", jwtData)},
		{withToken(sign(t, secret, "1", token.Options{Issuer: "x"})), refused("jwt issuer invalid. expected: feathers", jwtData)},
	} {
		w.expect("POST /authentication", c.body, 401, c.want)
	}
	for subject, id := range map[string]string{"999": "999", "one": "one", "01": "01", "": "undefined"} {
		text := sign(t, secret, subject, token.Options{})
		w.expect("POST /authentication", withToken(text), 404, gone(id))
		w.expect("GET /notes", "", 404, gone(id), "Authorization", text)
	}
	w.expect("GET /notes", "", 401, refused("Not authenticated", ""))
	w.expect("GET /notes", "", 401, refused("jwt malformed", jwtData), "Authorization", "Bearer x")
	for _, request := range []string{"GET /authentication", "GET /authentication/1", "PUT /authentication/1", "PATCH /authentication/1"} {
		if status, body := w.do(request, `{}`); status != 405 {
			t.Errorf("%s = %d %s, want 405", request, status, body)
		}
	}
	if got := w.noted(); got != "" {
		t.Errorf("the app heard of %s", got)
	}
}

func schemes(t *testing.T) {
	w := newWorld(t, nil)
	text := w.issue(1)
	for header, status := range map[string]int{
		"Bearer " + text: 200, "bearer " + text: 200, "BEARER   " + text: 200, "JWT " + text: 200, "jwt " + text: 200,
		"XBearerX " + text: 200, text: 200, " " + text + " ": 200, "Bearer " + text + " more": 200,
		"Basic " + text: 401, "Token " + text: 401, "": 401, "Bearer": 401, strings.Repeat("bearer", 100) + " " + text: 401,
	} {
		if got, body := w.do("GET /notes", "", "Authorization", header); got != status {
			t.Errorf("Authorization %.40q = %d %s, want %d", header, got, body, status)
		}
	}
	w.expect("GET /notes", "", 401, refused("Not authenticated", ""), "Authorization", "Basic YW5uOng=")
}

func logoutOverREST(t *testing.T) {
	w := newWorld(t, nil)
	text := w.issue(1)
	want := jwtAnswer(t, text, `,"user":`+annSeen)
	w.expect("DELETE /authentication", "", 200, want, "Authorization", "Bearer "+text)
	w.expect("DELETE /authentication/"+text, "", 200, want, "Authorization", "Bearer "+text)
	if got := w.noted(); got != "logout jwt ann@example.com rest, logout jwt ann@example.com rest" {
		t.Errorf("the app heard of %s", got)
	}
	w.expect("DELETE /authentication", "", 401, refused(noStrategy, ""))
	w.expect("DELETE /authentication", "", 401, refused("jwt malformed", jwtData), "Authorization", "Bearer x")
	w.expect("DELETE /authentication/other", "", 401, refused("Invalid access token", ""), "Authorization", text)
}
