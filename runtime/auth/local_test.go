package auth_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/password"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

func TestLocalComparesNamesExactly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, name := range []string{"ANN@example.com", "ann@example.com ", `ann@example.com\u0000`, "%"} {
		w.expect("POST /authentication", local(name, plain), 401, refused("Invalid login", ""))
	}
}

func TestLocalRefusesWhatIsNoNameOrPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, value := range []string{`{"$ne":null}`, `["ann@example.com"]`, `1`, `true`, `null`, `{}`, `""`} {
		for _, body := range []string{
			`{"strategy":"local","email":` + value + `,"password":"` + plain + `"}`,
			`{"strategy":"local","email":"ann@example.com","password":` + value + `}`,
			`{"strategy":` + value + `,"email":"ann@example.com","password":"` + plain + `"}`,
		} {
			if status, answer := w.do("POST /authentication", body); status != 400 && status != 401 {
				t.Errorf("%s = %d %s, want 400 or 401", body, status, answer)
			}
		}
	}
	long := strings.Repeat("x", 1025)
	w.expect("POST /authentication", local(long, plain), 401, refused("Invalid login", ""))
	w.expect("POST /authentication", local(ann, long), 401, refused("Invalid login", ""))
	w.expect("POST /authentication", "["+local(ann, plain)+"]", 405,
		`{"name":"MethodNotAllowed","message":"Can not create multiple entries","code":405,"className":"method-not-allowed"}`)
}

func TestLocalTakesWhatTheHashIsOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	argon, err := password.Argon2id.Hash(t.Context(), plain)
	if err != nil {
		t.Fatal(err)
	}
	w.add("kim@example.com", argon, "member")
	w.login("kim@example.com")
	w.add("lee@example.com", plain, "member") // a password that is not hashed is none
	w.expect("POST /authentication", local("lee@example.com", plain), 401, refused("Invalid login", ""))
	w.expect("POST /authentication", local(ann, hash), 401, refused("Invalid login", ""))
}

// Not parallel: it compares times.
func TestFailedLoginsTakeTheSameTime(t *testing.T) {
	w := newWorld(t, nil)
	dear, err := password.Hash(t.Context(), plain)
	if err != nil {
		t.Fatal(err)
	}
	w.add("kim@example.com", dear, "member")
	attempts := []string{local("kim@example.com", "wrong"), local("nobody@example.com", "wrong"), local("bob@example.com", "wrong")}
	// The least of each: what else the machine does only adds to it.
	least := []time.Duration{time.Hour, time.Hour, time.Hour}
	w.do("POST /authentication", attempts[0])
	for range 4 {
		for i, body := range attempts {
			start := time.Now()
			w.do("POST /authentication", body)
			least[i] = min(least[i], time.Since(start))
		}
	}
	t.Logf("wrong password, unknown user, user without password: %v", least)
	if slices.Max(least) > 2*slices.Min(least) {
		t.Errorf("wrong password, unknown user and user without password take %v", least)
	}
}

// few allows a number of calls for each address.
type few struct {
	mu   sync.Mutex
	left map[string]int
}

func (f *few) Allow(address string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left[address]--
	return f.left[address] >= 0
}

func TestLoginsAreLimitedByAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *auth.Options) { o.Logins = &few{left: map[string]int{"192.0.2.1": 1, "": 1}} })
	const tooMany = `{"name":"TooManyRequests","message":"Too many logins, try again later","code":429,"className":"too-many-requests"}`
	w.login(ann) // httptest's address is 192.0.2.1
	w.expect("POST /authentication", local(ann, plain), 429, tooMany)
	w.expect("POST /authentication", local(ann, plain), 429, tooMany)
	text := w.issue(1)
	w.expect("POST /authentication", withToken(text), 201, jwtAnswer(t, text, `,"user":`+annSeen))
	w.expect("GET /notes", "", 200, "[]", "Authorization", text)
	w.expect("POST /authentication", `{}`, 401, refused(noStrategy, ""))
}

// TestWaitingLoginsAreBounded lets all logins find the user before any may go
// on, so that more want a turn than may. It is not parallel: the logins of
// other tests would be refused.
func TestWaitingLoginsAreBounded(t *testing.T) {
	w := newWorld(t, nil)
	dear, err := password.Hash(t.Context(), plain)
	if err != nil {
		t.Fatal(err)
	}
	w.add("kim@example.com", dear, "member")
	users := *w.users
	stuck := &stuckStore{Store: w.users.Store.(*memory.Store)}
	users.Store = stuck
	strategy := auth.Local(auth.LocalOptions{Users: &users, Username: userEmail, Password: userPassword})
	app := runtime.New(runtime.Options{Logger: w.app.Logger()})
	if _, err := auth.New(app, auth.Options{Users: w.users, Tokens: tokensAt(t, nil), Strategies: []auth.Strategy{strategy}}); err != nil {
		t.Fatal(err)
	}
	const logins = 300
	stuck.arrived.Add(logins)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	codes := make(chan int, logins)
	var all sync.WaitGroup
	for range logins {
		all.Go(func() {
			_, err := app.Handle(ctx, &runtime.Request{Service: app.Service("authentication"), Method: runtime.Create,
				Body: []byte(local("kim@example.com", "wrong")), Params: runtime.Params{Provider: "test"}})
			if errors.Is(err, context.Canceled) {
				codes <- 0
				return
			}
			codes <- runtime.ErrorOf(err).Code
		})
	}
	stuck.arrived.Wait()
	count := map[int]int{}
	for range 100 { // by far fewer could be compared in the time of these
		count[<-codes]++
	}
	cancel()
	all.Wait()
	close(codes)
	for code := range codes {
		count[code]++
	}
	if count[503] < 100 || count[0] == 0 || count[401]+count[503]+count[0] != logins {
		t.Errorf("logins ended as %v, want most 503, those that waited cancelled", count)
	}
}

// stuckStore lets no find return before all have arrived.
type stuckStore struct {
	*memory.Store
	arrived sync.WaitGroup
}

func (s *stuckStore) Find(ctx context.Context, q *query.Query) (runtime.Page, error) {
	s.arrived.Done()
	s.arrived.Wait()
	return s.Store.Find(ctx, q)
}
