package oauth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

const (
	sessionTime = 10 * time.Minute // for the user to agree
	maxCookie   = 3800             // bytes; browsers keep 4096 with name and attributes
)

// session is what a browser carries while its user is at the provider.
type session struct {
	state    string // binds the callback to this browser
	verifier string // of PKCE
	target   string // where the login ends
	link     string // the id of the user to link the account to, "" for none
	expires  time.Time
}

func newSession(target string) *session {
	return &session{state: rand.Text(), verifier: oauth2.GenerateVerifier(), target: target, expires: time.Now().Add(sessionTime)}
}

// sessions keeps sessions in cookies, encrypted: whoever sees one, in a log or
// in a browser's files, learns neither the verifier nor the user.
type sessions struct {
	aead   cipher.AEAD
	cookie http.Cookie // without a value
}

func newSessions(secret record.Secret, secure bool) (*sessions, error) {
	if secret == "" {
		return nil, errors.New("the secret is missing")
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "featherscaffold oauth session", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	// Lax, as the callback is a link from the provider's site.
	cookie := http.Cookie{Name: "feathers.oauth", Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
	if secure {
		cookie.Name = "__Host-" + cookie.Name // no other host can set it
	}
	return &sessions{aead, cookie}, nil
}

// put has the browser keep a session, which is good for one provider.
func (k *sessions) put(w http.ResponseWriter, provider string, s *session) error {
	c := k.cookie
	c.Value = base64.RawURLEncoding.EncodeToString(k.aead.Seal(nil, nil, s.append(nil), []byte(provider)))
	c.MaxAge = int(sessionTime / time.Second)
	if len(c.Value) > maxCookie {
		return runtime.BadRequest("The redirect is too long")
	}
	http.SetCookie(w, &c)
	return nil
}

// take returns the session of a browser that comes back with a state, and has
// the browser forget it. A session that the state does not belong to stays:
// any site can send a browser here.
func (k *sessions) take(w http.ResponseWriter, r *http.Request, provider, state string) (*session, bool) {
	for _, c := range r.CookiesNamed(k.cookie.Name) {
		s, ok := k.open(provider, c.Value)
		if ok && subtle.ConstantTimeCompare([]byte(s.state), []byte(state)) == 1 {
			gone := k.cookie
			gone.MaxAge = -1
			http.SetCookie(w, &gone)
			return s, true
		}
	}
	return nil, false
}

func (k *sessions) open(provider, value string) (*session, bool) {
	if len(value) > maxCookie {
		return nil, false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return nil, false
	}
	plain, err := k.aead.Open(nil, nil, sealed, []byte(provider))
	if err != nil {
		return nil, false
	}
	s, err := readSession(plain)
	return s, err == nil && time.Now().Before(s.expires)
}

// append appends the session as JSON.
func (s *session) append(dst []byte) []byte {
	dst = append(dst, '{')
	dst = record.AppendStringField(dst, `"state":`, s.state)
	dst = record.AppendStringField(dst, `"verifier":`, s.verifier)
	dst = record.AppendStringField(dst, `"target":`, s.target)
	dst = record.AppendStringField(dst, `"link":`, s.link)
	dst = record.AppendIntField(dst, `"expires":`, s.expires.Unix())
	return record.CloseObject(dst)
}

func readSession(src []byte) (*session, error) {
	s := &session{}
	r := jsonio.NewReader(src)
	r.Object()
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "state":
			s.state = r.Text()
		case "verifier":
			s.verifier = r.Text()
		case "target":
			s.target = r.Text()
		case "link":
			s.link = r.Text()
		case "expires":
			at, _ := r.Int()
			s.expires = time.Unix(at, 0)
		default:
			r.Skip() // of another version of the app
		}
	}
	return s, r.End()
}
