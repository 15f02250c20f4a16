package password_test

import (
	"regexp"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/password"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
)

// compare fails the test when Compare does.
func compare(t *testing.T, hash, plain string) bool {
	t.Helper()
	same, err := password.Compare(t.Context(), hash, plain)
	if err != nil {
		t.Errorf("Compare(%.100q) = %v", hash, err)
	}
	return same
}

func TestCompare(t *testing.T) {
	t.Parallel()
	// Made by bcryptjs 2.4.3, at a low cost.
	const (
		hash     = "$2a$04$Q.vzODE7DN.u56wwbBuDZ.5ykGaRMxa3/G0670r7g.MwsCSQpIkaG" // of pässword
		longHash = "$2a$04$MWsP61AE41QCctkf7YVT6O7Lo2hHPk8a/gQ8muU/kSsXo5LjK4SPy" // of long and x
	)
	// Made by the reference implementation, of password; somesalt is the salt.
	const argon = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
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
		{"the password by Argon2id", argon, "password", true},
		{"another password by Argon2id", argon, "passwort", false},
		{"text for a hash", "secret", "secret", false},
		{"bcrypt for days", strings.Replace(hash, "$04$", "$31$", 1), "pässword", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := compare(t, c.hash, c.plain); got != c.want {
				t.Errorf("Compare(%q, %q) = %t, want %t", c.hash, c.plain, got, c.want)
			}
		})
	}
}

var algorithms = map[string]password.Algorithm{"bcrypt": password.Bcrypt, "Argon2id": password.Argon2id}

func TestHashesMatchTheirPasswordOnly(t *testing.T) {
	t.Parallel()
	forms := map[string]string{"bcrypt": `^\$2a\$10\$[./A-Za-z0-9]{53}$`, "Argon2id": `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[+/A-Za-z0-9]{22}\$[+/A-Za-z0-9]{43}$`}
	for name, algorithm := range algorithms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain := strings.Repeat("é", 50)
			hash, err := algorithm.Hash(t.Context(), plain)
			if err != nil || !regexp.MustCompile(forms[name]).MatchString(hash) {
				t.Fatalf("Hash = %s, %v", hash, err)
			}
			if !compare(t, hash, plain) || compare(t, hash, "e"+plain) {
				t.Errorf("Compare takes %s for the hash of another password", hash)
			}
			again, err := algorithm.Hash(t.Context(), plain)
			if err != nil || again == hash {
				t.Errorf("two hashes are %s and %s, %v; want a salt for each", hash, again, err)
			}
		})
	}
}

func TestArgon2idLooksAtTheWholePassword(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100)
	hash, err := password.Argon2id.Hash(t.Context(), long)
	if err != nil {
		t.Fatal(err)
	}
	if compare(t, hash, long+"b") || compare(t, hash, long[:99]) {
		t.Error("a password of another length matches")
	}
}

func TestCompareRefusesHashesThatAreNoneOrTooDear(t *testing.T) {
	t.Parallel()
	const salt, key = "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !compare(t, "$argon2id$v=19$m=65536,t=2,p=1$"+salt+"$"+key, "password") {
		t.Fatal("the hash that the others differ from is refused")
	}
	for _, hash := range []string{
		"$argon2id$", "$argon2id$v=19", "$argon2id$v=19$m=65536,t=2,p=1", "$argon2id$$$$",
		"$argon2id$v=16$m=65536,t=2,p=1$" + salt + "$" + key,
		"$argon2id$m=65536,t=2,p=1$" + salt + "$" + key,
		"$argon2i$v=19$m=65536,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=4294967295,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=262145,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=262144,t=5,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=8,t=4294967295,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=8,t=17,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=65536,t=2,p=255$" + salt + "$" + key,
		"$argon2id$v=19$m=65536,t=2,p=257$" + salt + "$" + key,
		"$argon2id$v=19$m=65536,t=0,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=065536,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=65536,t=2,p=0$" + salt + "$" + key,
		"$argon2id$v=19$m=7,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=-1,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$t=2,m=65536,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=65536,t=2,p=1,x=1$" + salt + "$" + key,
		"$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$",
		"$argon2id$v=19$m=65536,t=2,p=1$$" + key,
		"$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$" + key[:8],
		"$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$" + key + "=",
		"$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$" + key + strings.Repeat("A", 400),
		"$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$" + key + "$",
		"$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$" + key + "\n",
	} {
		if compare(t, hash, "password") {
			t.Errorf("Compare accepts %.100q", hash)
		}
	}
}

func TestCompareNoneTakesAsLongAsCompare(t *testing.T) {
	for name, algorithm := range algorithms {
		hash, err := algorithm.Hash(t.Context(), "secret")
		if err != nil {
			t.Fatal(err)
		}
		// In turns, and the fastest of a few: other work on the machine makes
		// times longer only.
		some, none := time.Hour, time.Hour
		for range 2 {
			some = min(some, duration(func() { compare(t, hash, "another") }))
			none = min(none, duration(func() {
				if err := algorithm.CompareNone(t.Context(), "another"); err != nil {
					t.Error(err)
				}
			}))
		}
		if none < some/3 || none > 3*some {
			t.Errorf("%s: CompareNone takes %v and Compare %v", name, none, some)
		}
	}
}

func duration(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// TestManyCallersTakeTurns is not parallel: it looks at the memory of the
// whole process.
func TestManyCallersTakeTurns(t *testing.T) {
	callers := goruntime.GOMAXPROCS(0) + password.MaxWaiting/2
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			if err := password.Argon2id.CompareNone(t.Context(), "secret"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	goruntime.ReadMemStats(&after)
	// What the process has of the system does not shrink.
	if grown := after.Sys - before.Sys; grown > uint64(callers/2*19<<20) {
		t.Errorf("%d callers at once made the process grow by %d MiB", callers, grown>>20)
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
	const pass, pin = 1, 2
	seal := password.Bcrypt.Seal

	rec := newRow()
	if err := seal(t.Context(), rec, record.Fields(pass)); err != nil {
		t.Fatal(err)
	}
	if !compare(t, rec.Get("password").Str(), "one") || rec.Get("pin").Str() != "two" || rec.Get("name").Str() != "three" {
		t.Errorf("Seal(password) left %v, %v, %v; want the password hashed only", rec.Get("password"), rec.Get("pin"), rec.Get("name"))
	}

	rec = newRow()
	rec.Set("password", record.Value{})
	rec.Set("pin", record.StringValue(""))
	if err := seal(t.Context(), rec, record.Fields(pass, pin)); err != nil {
		t.Fatal(err)
	}
	if !rec.Get("password").IsNull() || rec.Get("pin").Str() != "" {
		t.Errorf("Seal made %v and %v of null and nothing, want them left alone", rec.Get("password"), rec.Get("pin"))
	}
}

func TestSealTakesAHashForAPassword(t *testing.T) {
	t.Parallel()
	hash, err := password.Hash(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	rec := recordtest.Schema("accounts", record.Field{Name: "password", Type: record.String}).New().(*recordtest.Row)
	rec.Set("password", record.StringValue(hash))
	if err := password.Bcrypt.Seal(t.Context(), rec, record.Fields(1)); err != nil {
		t.Fatal(err)
	}
	if got := rec.Get("password").Str(); got == hash || compare(t, got, "one") {
		t.Error("a hash that was sent as a password lets its password in")
	}
}
