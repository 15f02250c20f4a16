package auth_test

import (
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/password"
)

func hashesBothWays(t *testing.T) {
	type pair struct {
		Password string `json:"password"`
		Hash     string `json:"hash"`
	}
	var pairs []pair
	for _, plain := range []string{"pässwörd €", strings.Repeat("é", 40)} {
		hash, err := password.Hash(plain)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair{plain, hash})
	}
	var answers []struct {
		Matches, Wrong bool
		Hash           string
	}
	run(t, "passwords.mjs", pairs, &answers)
	if len(answers) != len(pairs) {
		t.Fatalf("%d answers for %d passwords", len(answers), len(pairs))
	}
	for i, p := range pairs {
		if a := answers[i]; !a.Matches || a.Wrong {
			t.Errorf("bcryptjs: our hash of %q matches it: %t, and another: %t", p.Password, a.Matches, a.Wrong)
		}
		if !password.Compare(answers[i].Hash, p.Password) || password.Compare(answers[i].Hash, "x"+p.Password) {
			t.Errorf("Compare takes %s of %q for another password's", answers[i].Hash, p.Password)
		}
	}
}
