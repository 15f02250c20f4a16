package leaks_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// inner is what the app's log tells, and its clients are not told.
const inner = "inner part"

// toLog is the viewer of the app's log.
const toLog = "log"

// A mark is a piece of a secret, with those who may see it.
type mark struct {
	what, text string
	seenBy     []string
	only       string // the call, as "method service", by whose answer; empty for any
}

// marks returns what is secret in a vault.
func (v *vault) marks() []mark {
	hash := sha256.Sum256([]byte(v.key))
	list := []mark{
		{what: "password", text: "PASSWORD-"},
		{what: "bcrypt hash", text: "$2a$"}, {what: "bcrypt hash", text: "$2b$"}, {what: "Argon2id hash", text: "$argon2id$"},
		{what: "writeonly field", text: "WRITEONLY-"},
		{what: "secret of tokens", text: jwtSecret[:9]},
		{what: "secret of a provider", text: oauthSecret[:11]},
		{what: "API key", text: v.key[len(v.key)-40:], seenBy: []string{"ann"}, only: "create api-keys"},
		{what: "hash of an API key", text: hex.EncodeToString(hash[:])},
		{what: "field for admins", text: "NOTE-", seenBy: []string{"eve"}},
		{what: "API key", text: `"vault_`, seenBy: users, only: "create api-keys"},
		{what: "bad token", text: "FORGED"},
		{what: inner, text: "SQLITE"}, {what: inner, text: "sqlite"}, {what: inner, text: "malformed ("}, {what: inner, text: "goroutine "},
		{what: inner, text: ".go:"}, {what: inner, text: v.Dir},
	}
	for _, name := range users {
		self := []string{name}
		if name == "ann" {
			self = append(self, "key")
		}
		signature := v.tokens[name][strings.LastIndexByte(v.tokens[name], '.')+1:]
		list = append(list,
			mark{what: "address for its owner and admins", text: "mail-" + name + "@", seenBy: append(self, "eve")},
			mark{what: "account for its owner", text: "GITHUB-" + name, seenBy: self},
			mark{what: "field for its owner", text: "BODY-" + name, seenBy: self},
			mark{what: "token", text: signature, seenBy: []string{name}, only: "authentication"})
	}
	return list
}

// leaks returns what is where it should not be. Secrets are also found as
// base64, hex, or escaped for an URL.
func leaks(list []mark, all []traffic) (found []string) {
	for _, m := range list {
		forms := []string{m.text, url.QueryEscape(m.text), hex.EncodeToString([]byte(m.text))}
		for shift := range 3 { // the text may begin anywhere in a group of three bytes
			encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + m.text))
			from := (shift*8 + 5) / 6
			forms = append(forms, encoded[from:len(encoded)-2])
		}
		for _, t := range all {
			if slices.Contains(m.seenBy, t.to) && strings.Contains(t.behind, m.only) {
				continue
			}
			for _, form := range forms {
				if i := strings.Index(t.data, form); i >= 0 {
					from, to := max(0, i-200), min(len(t.data), i+len(form)+100)
					found = append(found, fmt.Sprintf("%s %q is shown to %s behind %s: …%s…", m.what, m.text, t.to, t.behind, t.data[from:to]))
					break
				}
			}
		}
	}
	return found
}

func TestLeaksFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	list := []mark{{what: "password", text: "PASSWORD-ann"}, {what: "token", text: "SIGNATURE", seenBy: []string{"ann"}, only: "authentication"}}
	for name, tt := range map[string]struct {
		traffic
		leak bool
	}{
		"nothing":                   {traffic{"ann", "find users", `{"name":"ann"}`}, false},
		"plain":                     {traffic{"eve", "find users", `{"password":"PASSWORD-ann"}`}, true},
		"to its owner":              {traffic{"ann", "find users", `{"password":"PASSWORD-ann"}`}, true},
		"in the log":                {traffic{toLog, "", `level=ERROR msg="call failed" error="PASSWORD-ann"`}, true},
		"hex":                       {traffic{"eve", "find users", "0x" + hex.EncodeToString([]byte("my PASSWORD-ann."))}, true},
		"base64":                    {traffic{"eve", "find users", base64.StdEncoding.EncodeToString([]byte("PASSWORD-ann"))}, true},
		"base64, one byte behind":   {traffic{"eve", "find users", base64.StdEncoding.EncodeToString([]byte("'PASSWORD-ann'"))}, true},
		"base64, two bytes behind":  {traffic{"eve", "find users", base64.StdEncoding.EncodeToString([]byte("='PASSWORD-ann'"))}, true},
		"token to its owner":        {traffic{"ann", "create authentication", `{"accessToken":"SIGNATURE"}`}, false},
		"token to another":          {traffic{"bob", "create authentication", `{"accessToken":"SIGNATURE"}`}, true},
		"token in another's answer": {traffic{"ann", "find users", `SIGNATURE`}, true},
	} {
		if got := leaks(list, []traffic{tt.traffic}); (len(got) > 0) != tt.leak {
			t.Errorf("%s: leaks = %q", name, got)
		}
	}
}
