//go:build linux || darwin

package sync_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

// TestTheBrokerSeesNoSecret has users sign up, log in in every way, and change
// all that can be changed.
func TestTheBrokerSeesNoSecret(t *testing.T) {
	t.Parallel()
	for _, s := range backends {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := s.start(t)
			spy := watch(t, b)
			v := newVault(t, b.URL())
			marks := v.walk()
			seen := spy.await("the last paper")
			for _, want := range []string{"ann@example.com", "bob@example.com", "papers", "api-keys", "users", "removed"} {
				if !strings.Contains(seen, want) {
					t.Errorf("the broker has not seen %q: the test looks in the wrong place", want)
				}
			}
			for what, mark := range marks {
				for _, form := range []string{mark, hex.EncodeToString([]byte(mark)), base64.RawStdEncoding.EncodeToString([]byte(mark))} {
					if i := strings.Index(seen, form); i >= 0 {
						t.Errorf("the broker sees a %s: %q", what, seen[max(0, i-100):min(len(seen), i+len(form)+100)])
					}
				}
			}
		})
	}
}

// walk does what users do, and returns what is secret, by what it is.
func (v *vault) walk() map[string]string {
	v.t.Helper()
	for _, name := range []string{"ann", "bob"} {
		v.must(http.MethodPost, "/users", `{"email":"`+name+`@example.com","password":"PASSWORD-`+name+`","pin":"WRITEONLY-1"}`, "", "", "")
	}
	token := v.login("ann", "PASSWORD-ann")
	bearer := "Bearer " + token
	v.must(http.MethodPost, "/authentication", `{"strategy":"jwt","accessToken":"`+token+`"}`, "", "", "")
	key := v.must(http.MethodPost, "/api-keys", `{"user":1,"scopes":["*"]}`, "Authorization", bearer, "key")
	if key == "" {
		v.t.Fatal("no API key was made")
	}
	v.change("Authorization", bearer)
	v.change("X-Api-Key", key)
	v.change("Authorization", "ApiKey "+key)
	v.must(http.MethodPatch, "/users/1", `{"password":"PASSWORD-new","pin":"WRITEONLY-2"}`, "Authorization", bearer, "")
	v.must(http.MethodPut, "/users/1", `{"email":"ann@example.com","password":"PASSWORD-newer","pin":"WRITEONLY-3"}`, "Authorization", bearer, "")
	newer := v.login("ann", "PASSWORD-newer")
	for _, data := range []string{
		`{"strategy":"local","email":"ann@example.com","password":"PASSWORD-wrong"}`, `{"strategy":"jwt","accessToken":"` + token + `FORGED"}`,
		`{"strategy":"apikey","apiKey":"` + key + `FORGED"}`, `{"password":"PASSWORD-x"}`,
	} {
		if status, body := v.call(http.MethodPost, "/authentication", data, "", ""); status < http.StatusBadRequest {
			v.t.Errorf("%s is answered %d %s", data, status, body)
		}
	}
	v.must(http.MethodDelete, "/authentication", "", "Authorization", "Bearer "+newer, "")
	v.must(http.MethodDelete, "/users/2", "", "Authorization", "Bearer "+v.login("bob", "PASSWORD-bob"), "")
	v.must(http.MethodPost, "/papers", `{"title":"the last paper","code":"WRITEONLY-4"}`, "Authorization", bearer, "")
	hash := sha256.Sum256([]byte(key))
	return map[string]string{
		"password": "PASSWORD-", "bcrypt hash": "$2a$", "bcrypt hash of another version": "$2b$", "writeonly field": "WRITEONLY-", "bad credential": "FORGED",
		"token": signature(token), "later token": signature(newer), "header of a token": "Bearer", "secret of tokens": tokenSecret,
		"API key": key, "hash of an API key": hex.EncodeToString(hash[:]), "key of the processes": frameKey,
	}
}

// change writes papers as a user who is told by a header.
func (v *vault) change(header, value string) {
	v.t.Helper()
	v.must(http.MethodPost, "/papers", `{"title":"a paper","code":"WRITEONLY-5"}`, header, value, "")
	v.must(http.MethodPatch, "/papers/1", `{"title":"another","code":"WRITEONLY-6"}`, header, value, "")
	v.must(http.MethodPut, "/papers/1", `{"title":"another","code":"WRITEONLY-7"}`, header, value, "")
	v.must(http.MethodGet, "/papers/1?title=another", "", header, value, "")
}

func (v *vault) login(name, password string) (token string) {
	v.t.Helper()
	data := `{"strategy":"local","email":"` + name + `@example.com","password":"` + password + `"}`
	return v.must(http.MethodPost, "/authentication", data, "", "", "accessToken")
}

func signature(token string) string { return token[strings.LastIndexByte(token, '.')+1:] }
