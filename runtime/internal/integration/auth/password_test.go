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
		hash, err := password.Hash(t.Context(), plain)
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
		same, err := password.Compare(t.Context(), answers[i].Hash, p.Password)
		other, err2 := password.Compare(t.Context(), answers[i].Hash, "x"+p.Password)
		if !same || other || err != nil || err2 != nil {
			t.Errorf("Compare of bcryptjs' %s with %q and another = %t, %v and %t, %v", answers[i].Hash, p.Password, same, err, other, err2)
		}
	}
}
