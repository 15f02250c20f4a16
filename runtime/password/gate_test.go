package password_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/password"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
)

func unavailable(err error) bool {
	return err != nil && runtime.ErrorOf(err).Name == "Unavailable" && !errors.Is(err, context.Canceled)
}

func TestGateServesBothQueuesInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := password.NewGate(1)
		enter(t, g)
		var order []string
		wait := func(name string, comparing bool) {
			k := password.Hashing
			if comparing {
				k = password.Comparing
			}
			go func() {
				if err := g.Enter(t.Context(), k); err != nil {
					t.Error(err)
				}
				order = append(order, name)
			}()
			synctest.Wait()
		}
		for _, name := range []string{"h1", "h2", "h3", "h4"} {
			wait(name, false)
		}
		wait("c1", true)
		wait("c2", true)
		for range 7 {
			g.Leave()
			synctest.Wait()
		}
		want := []string{"c1", "h1", "c2", "h2", "h3", "h4"}
		if !slices.Equal(order, want) {
			t.Errorf("turns went to %v, want %v", order, want)
		}
		enter(t, g) // the turn is free again
	})
}

func TestGateRefusesAKindOfWorkThatTooManyWaitFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := password.NewGate(1)
		enter(t, g)
		ctx, cancel := context.WithCancel(t.Context())
		ends := make(chan error, password.MaxWaiting+1)
		for range password.MaxWaiting {
			go func() { ends <- g.Enter(ctx, password.Hashing) }()
		}
		synctest.Wait()
		if err := g.Enter(t.Context(), password.Hashing); !unavailable(err) {
			t.Errorf("one more than may wait gets %v, want Unavailable", err)
		}
		go func() { ends <- g.Enter(ctx, password.Comparing) }()
		synctest.Wait()
		if len(ends) != 0 {
			t.Errorf("the other kind of work got %v, want it to wait", <-ends)
		}
		cancel()
		for range password.MaxWaiting + 1 {
			if err := <-ends; !errors.Is(err, context.Canceled) {
				t.Errorf("a caller whose context ended gets %v", err)
			}
		}
		g.Leave()
		enter(t, g) // nobody is left in the queues
	})
}

// TestTurnOfACallerWhoLeavesGoesOn ends contexts at the moment of the turn:
// the gate may have given it already.
func TestTurnOfACallerWhoLeavesGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := password.NewGate(1)
		for range 100 {
			enter(t, g)
			ctx, cancel := context.WithCancel(t.Context())
			left, next := make(chan error, 1), make(chan error, 1)
			go func() { left <- g.Enter(ctx, password.Comparing) }()
			synctest.Wait()
			go func() { next <- g.Enter(t.Context(), password.Comparing) }()
			synctest.Wait()
			g.Leave()
			cancel()
			if err := <-left; err == nil {
				g.Leave() // it was quicker
			} else if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if err := <-next; err != nil {
				t.Fatal(err)
			}
			g.Leave()
		}
	})
}

func TestEndedContextGetsNoTurn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := password.NewGate(1).Enter(ctx, password.Hashing); !errors.Is(err, context.Canceled) {
		t.Errorf("Enter with an ended context = %v", err)
	}
}

// TestPasswordWorkGoesThroughTheGate is not parallel: it takes all turns of
// the process.
func TestPasswordWorkGoesThroughTheGate(t *testing.T) {
	schema := recordtest.Schema("accounts", record.Field{Name: "password", Type: record.String})
	const argon = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	const bcrypt = "$2a$04$Q.vzODE7DN.u56wwbBuDZ.5ykGaRMxa3/G0670r7g.MwsCSQpIkaG"
	for name, work := range map[string]func(ctx context.Context) error{
		"Hash": func(ctx context.Context) error { _, err := password.Hash(ctx, "secret"); return err },
		"Seal": func(ctx context.Context) error {
			rec := schema.New().(*recordtest.Row)
			rec.Set("password", record.StringValue("secret"))
			return password.Argon2id.Seal(ctx, rec, record.Fields(1))
		},
		"Compare":             func(ctx context.Context) error { _, err := password.Compare(ctx, bcrypt, "x"); return err },
		"Compare of Argon2id": func(ctx context.Context) error { _, err := password.Compare(ctx, argon, "x"); return err },
		"CompareNone":         func(ctx context.Context) error { return password.Argon2id.CompareNone(ctx, "x") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for range goruntime.GOMAXPROCS(0) {
					enter(t, password.Turns)
					defer password.Turns.Leave()
				}
				ctx, cancel := context.WithCancel(t.Context())
				ends := make(chan error, password.MaxWaiting)
				for range password.MaxWaiting {
					go func() { ends <- work(ctx) }()
				}
				synctest.Wait()
				if err := work(t.Context()); !unavailable(err) {
					t.Errorf("behind a full queue it ends with %v, want Unavailable", err)
				}
				cancel()
				for range password.MaxWaiting {
					if err := <-ends; !errors.Is(err, context.Canceled) {
						t.Errorf("a caller who waited ends with %v, want its context's error", err)
					}
				}
			})
		})
	}
}

// enter takes a turn that is free.
func enter(t *testing.T, g *password.Gate) {
	t.Helper()
	if err := g.Enter(t.Context(), password.Hashing); err != nil {
		t.Fatal(err)
	}
}
