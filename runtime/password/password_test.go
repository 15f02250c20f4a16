package password_test

import (
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/password"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	// Made by bcryptjs 2.4.3, at a low cost.
	const (
		hash     = "$2a$04$Q.vzODE7DN.u56wwbBuDZ.5ykGaRMxa3/G0670r7g.MwsCSQpIkaG" // of pässword
		longHash = "$2a$04$MWsP61AE41QCctkf7YVT6O7Lo2hHPk8a/gQ8muU/kSsXo5LjK4SPy" // of long and x
	)
	long := strings.Repeat("é", 36)
	for _, c := range []struct {
		name, hash, plain string
		want              bool
	}{
		{"the password", hash, "pässword", true},
		{"another password", hash, "pässwort", false},
		{"no password", hash, "", false},
		{"the hash itself", hash, hash, false},
		{"the first 72 bytes", longHash, long, true},
		{"another end behind 72 bytes", longHash, long + "yz", true},
		{"another byte before", longHash, long[:70] + "aa", false},
		{"no hash", "", "", false},
		{"text for a hash", "secret", "secret", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := password.Compare(c.hash, c.plain); got != c.want {
				t.Errorf("Compare(%q, %q) = %t, want %t", c.hash, c.plain, got, c.want)
			}
		})
	}
}

func TestSealHashesThePasswordsThatAreWritten(t *testing.T) {
	t.Parallel()
	schema := recordtest.Schema("accounts", record.Field{Name: "password", Type: record.String, Nullable: true},
		record.Field{Name: "pin", Type: record.String}, record.Field{Name: "name", Type: record.String})
	newRow := func() *recordtest.Row {
		rec := schema.New().(*recordtest.Row)
		rec.Set("password", record.StringValue("one"))
		rec.Set("pin", record.StringValue("two"))
		rec.Set("name", record.StringValue("three"))
		return rec
	}
	const pass, pin, name = 1, 2, 3
	seal := password.Seal(pass, pin)

	rec := newRow()
	if err := seal(rec, record.Fields(pass, name)); err != nil {
		t.Fatal(err)
	}
	if !password.Compare(rec.Get("password").Str(), "one") || rec.Get("pin").Str() != "two" || rec.Get("name").Str() != "three" {
		t.Errorf("Seal(password, name) left %v, %v, %v; want the password hashed only", rec.Get("password"), rec.Get("pin"), rec.Get("name"))
	}

	rec = newRow()
	rec.Set("password", record.Value{})
	rec.Set("pin", record.StringValue(""))
	if err := seal(rec, schema.All); err != nil {
		t.Fatal(err)
	}
	if !rec.Get("password").IsNull() || rec.Get("pin").Str() != "" {
		t.Errorf("Seal made %v and %v of null and nothing, want them left alone", rec.Get("password"), rec.Get("pin"))
	}
}

func TestSealTakesAHashForAPassword(t *testing.T) {
	t.Parallel()
	hash, err := password.Hash("one")
	if err != nil {
		t.Fatal(err)
	}
	rec := recordtest.Schema("accounts", record.Field{Name: "password", Type: record.String}).New().(*recordtest.Row)
	rec.Set("password", record.StringValue(hash))
	if err := password.Seal(1)(rec, record.Fields(1)); err != nil {
		t.Fatal(err)
	}
	if got := rec.Get("password").Str(); got == hash || password.Compare(got, "one") {
		t.Error("a hash that was sent as a password lets its password in")
	}
}
