package oauth

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// A Profile is what a provider tells of an account. Only Provider and ID say
// who it is: the rest is what the account's owner wrote there, and "" where
// the provider has no such thing.
type Profile struct {
	Provider string
	ID       string // of the account, as the provider spells it
	Email    string
	// EmailVerified says that the provider calls the address verified. That is
	// no proof for you.
	EmailVerified bool
	Name          string
	Picture       string          // an address
	Raw           json.RawMessage // all of it
}

const maxID = 255

var integer = regexp.MustCompile(`^-?[0-9]+$`)

// readProfile reads a provider's answer, in which the names are those of
// OpenID Connect or what providers had before that.
func readProfile(provider, idPath string, raw []byte) (*Profile, error) {
	p := &Profile{Provider: provider, Raw: raw}
	r := jsonio.NewReader(raw)
	if r.Kind() != jsonio.Object {
		return nil, errors.New("the profile is no JSON object")
	}
	if r.Skip(); r.End() != nil {
		return nil, errors.New("the profile is no JSON")
	}
	paths := []string{"sub", "id"}
	if idPath != "" {
		paths = []string{idPath}
	}
	if p.ID = first(raw, identifier, paths...); p.ID == "" || len(p.ID) > maxID {
		return nil, errors.New("the profile has no id that can be used")
	}
	p.Email = first(raw, text, "email")
	p.EmailVerified = first(raw, truth, "email_verified", "verified_email", "verified") == "true"
	p.Name = first(raw, text, "name", "global_name", "preferred_username", "login", "username")
	p.Picture = first(raw, text, "picture", "avatar_url")
	return p, nil
}

// primary returns the address that is marked so in a list of GitHub's, if it
// is verified; "" for none.
func primary(raw []byte) string {
	r := jsonio.NewReader(raw)
	if r.Kind() != jsonio.Array {
		return ""
	}
	if r.Skip(); r.End() != nil {
		return ""
	}
	r = jsonio.NewReader(raw)
	r.Array()
	for r.Next() {
		entry := r.Raw()
		if first(entry, truth, "primary") == "true" && first(entry, truth, "verified") == "true" {
			return first(entry, text, "email")
		}
	}
	return ""
}

// first returns the first value at one of the paths that read makes a text of.
func first(raw []byte, read func([]byte) string, paths ...string) string {
	for _, path := range paths {
		if value := member(raw, path); value != nil {
			if s := read(value); s != "" {
				return s
			}
		}
	}
	return ""
}

// member returns the JSON value at a path in an object, nil for none.
func member(raw []byte, path string) []byte {
	name, rest, deeper := strings.Cut(path, ".")
	r := jsonio.NewReader(raw)
	if r.Kind() != jsonio.Object {
		return nil
	}
	r.Object()
	var value []byte
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) == name {
			value = r.Raw()
		} else {
			r.Skip()
		}
	}
	if deeper && value != nil {
		return member(value, rest)
	}
	return value
}

// identifier returns a string or a whole number, digit by digit: a float64
// holds no more than 2^53 exactly.
func identifier(raw []byte) string {
	if integer.Match(raw) {
		return string(raw)
	}
	return text(raw)
}

func text(raw []byte) string {
	r := jsonio.NewReader(raw)
	if r.Kind() != jsonio.String {
		return ""
	}
	return r.Text()
}

// truth returns a bool, which some providers send as a string.
func truth(raw []byte) string {
	if s := text(raw); s != "" {
		return s
	}
	return string(raw)
}
