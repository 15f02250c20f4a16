package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A KeepingOpener is an Opener for stores that keep events, with what their
// database keeps.
type KeepingOpener func(t testing.TB, schema *record.Schema) (runtime.OutboxStore, kept.Entries)

// RunOutbox runs the tests of a database that keeps events, each on one of its
// own.
func RunOutbox(t *testing.T, open KeepingOpener) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, KeepingOpener)
	}{
		{"keeps an entry for each record that is written", testKept},
		{"keeps what record.Restore needs, but for fields left out", testKeptData},
		{"keeps many in the order of their records", testKeptMany},
		{"keeps nothing of a write that fails", testKeptNothing},
		{"keeps what concurrent writes wrote, and no more", testKeptConcurrently},
		{"reads by page and deletes what it is told", testReadDelete},
		{"leaves the entries of a keeper that lives", testClaimLiving},
		{"gives the entries of a keeper that died to one other", testClaimDead},
		{"gives a keeper that comes back its own again", testClaimBack},
		{"forgets owners without entries only", testRelease},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open)
		})
	}
}

// keeping is a store for users whose writes keep entries of a new owner.
type keeping struct {
	runtime.OutboxStore
	t       *testing.T
	entries kept.Entries
	schema  *record.Schema
	owner   int64

	mu   sync.Mutex
	next int64
}

func openKept(t *testing.T, open KeepingOpener) *keeping {
	t.Helper()
	schema := user()
	s, entries := open(t, schema)
	k := &keeping{OutboxStore: s, t: t, entries: entries, schema: schema, next: 1}
	k.owner = k.register()
	return k
}

func (k *keeping) register() int64 {
	k.t.Helper()
	owner, err := k.entries.Register(k.t.Context())
	if err != nil {
		k.t.Fatalf("Register = %v", err)
	}
	return owner
}

// noting returns the store for a write that keeps entries of an event.
func (k *keeping) noting(event string) runtime.Store {
	return k.Keeping(&kept.Note{Owner: k.owner, Path: "all/users", Event: event, Fields: k.schema.All, Take: k.take})
}

func (k *keeping) take(n int) int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	first := k.next
	k.next += int64(n)
	return first
}

func (k *keeping) read(owner, after int64, limit int) []kept.Entry {
	k.t.Helper()
	list, err := k.entries.Read(k.t.Context(), owner, after, limit)
	if err != nil {
		k.t.Fatalf("Read = %v", err)
	}
	return list
}

// all returns the owner's entries as text.
func (k *keeping) all() []string {
	k.t.Helper()
	list := []string{}
	for _, e := range k.read(k.owner, 0, 10_000) {
		list = append(list, fmt.Sprintf("%d %s %s %s", e.Seq, e.Path, e.Event, e.Data))
	}
	return list
}

func (k *keeping) expect(want ...string) {
	k.t.Helper()
	if got := k.all(); !slices.Equal(got, want) {
		k.t.Errorf("kept\n%q\nwant\n%q", got, want)
	}
}

func (k *keeping) create(names ...string) {
	k.t.Helper()
	recs := make([]record.Record, len(names))
	for i, name := range names {
		recs[i] = newUser(k.schema, name)
	}
	create(k.t, k.noting("created"), recs...)
}

func testKept(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	ctx, one := t.Context(), record.IntValue(1)
	k.create("Ann")
	create(t, k.OutboxStore, newUser(k.schema, "Bob")) // keeps nothing
	if _, err := k.noting("patched").Patch(ctx, one, none, newRecord(k.schema, map[string]any{"age": 7}), record.Fields(3)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.noting("patched").Patch(ctx, one, none, newRecord(k.schema, nil), record.FieldSet{}); err != nil {
		t.Fatal(err)
	}
	if _, err := k.noting("removed").Remove(ctx, one, none); err != nil {
		t.Fatal(err)
	}
	k.expect(
		`1 all/users created {"id":1,"email":"ann@example.com","name":"Ann"}`,
		`2 all/users patched {"id":1,"email":"ann@example.com","name":"Ann","age":7}`,
		`3 all/users removed {"id":1,"email":"ann@example.com","name":"Ann","age":7}`,
	)
	if age := k.read(k.owner, 0, 1)[0].Age; age < 0 || age > time.Minute {
		t.Errorf("an entry is %v old", age)
	}
}

func testKeptData(t *testing.T, open KeepingOpener) {
	schema := Schema("things", "id",
		record.Field{Name: "id", Type: record.UUID},
		record.Field{Name: "password", Type: record.String, WriteOnly: true},
		record.Field{Name: "hidden", Type: record.String, WriteOnly: true},
		record.Field{Name: "text", Type: record.String},
		record.Field{Name: "count", Type: record.Int},
		record.Field{Name: "ratio", Type: record.Number},
		record.Field{Name: "done", Type: record.Bool},
		record.Field{Name: "at", Type: record.Time},
		record.Field{Name: "day", Type: record.Date},
		record.Field{Name: "more", Type: record.JSON},
		record.Field{Name: "tags", Type: record.String, List: true},
		record.Field{Name: "not", Type: record.String, Nullable: true},
	)
	s, entries := open(t, schema)
	owner, err := entries.Register(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rec := newRecord(schema, map[string]any{"id": "8f14e45f-ceea-467f-a0e6-9d2b5c1f3a77", "password": "a-secret", "hidden": "there", "text": "quo\"te \u2028 ü",
		"count": 1<<53 - 1, "ratio": 0.1, "done": true, "day": "2024-02-29"})
	rec.SetValue(7, record.TimeValue(time.UnixMilli(1700000000123)))
	rec.SetValue(9, record.JSONValue([]byte(`{"a":[1,null]}`)))
	rec.SetValue(10, record.ListValue([]record.Value{record.StringValue("x"), record.StringValue(",")}))
	fields := schema.All
	fields.Remove(1)
	note := &kept.Note{Owner: owner, Path: "things", Event: "created", Fields: fields, Take: func(int) int64 { return 1 }}
	create(t, s.Keeping(note), rec)
	list, err := entries.Read(t.Context(), owner, 0, 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("Read = %d entries, %v; want one", len(list), err)
	}
	got := schema.New()
	if err := record.Restore(got, list[0].Data); err != nil {
		t.Fatalf("Restore(%s) = %v", list[0].Data, err)
	}
	rec.SetValue(1, record.Value{})
	expectText(t, "the entry's record", got, text(rec))
}

func testKeptMany(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	const many = 200 // more than one statement takes
	names := make([]string, many)
	var want []string
	for i := range names {
		names[i] = fmt.Sprintf("U%d", i)
		want = append(want, fmt.Sprintf(`%d all/users created {"id":%d,"email":"u%d@example.com","name":"U%d"}`, i+1, i+1, i, i))
	}
	k.create(names...)
	k.expect(want...)
	if _, err := k.noting("patched").Patch(t.Context(), record.Value{}, none, newRecord(k.schema, map[string]any{"name": "all"}), record.Fields(2)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.noting("removed").Remove(t.Context(), record.Value{}, query.AtLeast(0, record.IntValue(many-2))); err != nil {
		t.Fatal(err)
	}
	for i := range many {
		want = append(want, fmt.Sprintf(`%d all/users patched {"id":%d,"email":"u%d@example.com","name":"all"}`, many+i+1, i+1, i))
	}
	for i := many - 3; i < many; i++ {
		want = append(want, fmt.Sprintf(`%d all/users removed {"id":%d,"email":"u%d@example.com","name":"all"}`, many+i+4, i+1, i))
	}
	k.expect(want...)
}

func testKeptNothing(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	create(t, k.OutboxStore, newUser(k.schema, "Ann"), newUser(k.schema, "Bob"))
	ctx, s := t.Context(), k.noting("x")
	taken := newRecord(k.schema, map[string]any{"email": "ann@example.com"})
	for call, err := range map[string]error{
		"create":         s.Create(ctx, newUser(k.schema, "Ann")),
		"create of many": s.Create(ctx, newUser(k.schema, "Cat"), newUser(k.schema, "Ann")),
		"patch": func() error {
			_, err := s.Patch(ctx, record.IntValue(2), none, taken, record.Fields(1))
			return err
		}(),
	} {
		var e *runtime.Error
		if !errors.As(err, &e) || e.Code != 409 {
			t.Errorf("%s = %v, want a Conflict", call, err)
		}
	}
	if recs, err := s.Patch(ctx, record.IntValue(9), none, taken, record.Fields(1)); err != nil || len(recs) > 0 {
		t.Errorf("Patch of no record = %s, %v", texts(recs), err)
	}
	if recs, err := s.Remove(ctx, record.Value{}, query.Is(0, record.IntValue(9))); err != nil || len(recs) > 0 {
		t.Errorf("Remove of no record = %s, %v", texts(recs), err)
	}
	k.expect()
}

// testKeptConcurrently has writes that fail share transactions with others.
func testKeptConcurrently(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	each(func(w int) {
		for i := range rounds {
			// Half of the names are those of another worker.
			rec := newUser(k.schema, fmt.Sprintf("U%d-%d", w/2*(i%2)+w*(1-i%2), i))
			var e *runtime.Error
			if err := k.noting("created").Create(t.Context(), rec); err != nil && (!errors.As(err, &e) || e.Code != 409) {
				t.Errorf("Create = %v, want nil or a Conflict", err)
			}
		}
	})
	var stored, told []string
	for _, rec := range find(t, k.OutboxStore, query.All()) {
		stored = append(stored, text(rec))
	}
	for _, e := range k.read(k.owner, 0, 10_000) {
		rec := k.schema.New()
		if err := record.Restore(rec, e.Data); err != nil {
			t.Fatal(err)
		}
		told = append(told, text(rec))
	}
	slices.Sort(stored)
	slices.Sort(told)
	if !slices.Equal(stored, told) {
		t.Errorf("kept %d entries for %d records:\n%q\n%q", len(told), len(stored), told, stored)
	}
}

func testReadDelete(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	k.create("A", "B", "C", "D", "E")
	first := k.owner
	k.owner, k.next = k.register(), 1
	k.create("F")
	if k.owner == first {
		t.Fatalf("Register returned %d twice", first)
	}
	seqs := func(after int64, limit int) (list []int64) {
		for _, e := range k.read(first, after, limit) {
			list = append(list, e.Seq)
		}
		return list
	}
	if got := seqs(0, 2); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("Read of two = %v", got)
	}
	if got := seqs(2, 9); !slices.Equal(got, []int64{3, 4, 5}) {
		t.Errorf("Read after 2 = %v", got)
	}
	for _, list := range [][]int64{{1, 2, 4}, {2, 4, 77}, {}} {
		if err := k.entries.Delete(t.Context(), first, list); err != nil {
			t.Errorf("Delete(%v) = %v", list, err)
		}
	}
	if got := seqs(0, 9); !slices.Equal(got, []int64{3, 5}) {
		t.Errorf("Delete left %v, want 3 and 5", got)
	}
	if got := k.all(); len(got) != 1 {
		t.Errorf("another owner has %q, want its entry", got)
	}
}

func (k *keeping) claim(keeper int64, idle time.Duration) []int64 {
	k.t.Helper()
	owners, err := k.entries.Claim(k.t.Context(), keeper, idle)
	if err != nil {
		k.t.Fatalf("Claim = %v", err)
	}
	return owners
}

// passed is over as soon as what was written before it is older than now, for
// the database.
func (k *keeping) passed(now time.Duration) {
	k.t.Helper()
	for k.read(k.owner, 0, 1)[0].Age <= now {
		k.claim(k.owner, time.Hour)
	}
}

// now is a time that nothing lives for.
const now = time.Millisecond

func testClaimLiving(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	other := k.register()
	k.create("Ann")
	if got := k.claim(other, time.Hour); len(got) > 0 {
		t.Errorf("Claim = %v while the entry is young", got)
	}
	k.passed(now)
	if got := k.claim(k.owner, now); len(got) > 0 {
		t.Errorf("Claim of its own = %v", got)
	}
	if err := k.entries.Renew(t.Context(), k.owner); err != nil {
		t.Fatal(err)
	}
	if got := k.claim(other, time.Hour); len(got) > 0 {
		t.Errorf("Claim = %v, though the owner lives", got)
	}
}

func testClaimDead(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	k.create("Ann")
	const idle = 250 * time.Millisecond
	k.passed(idle)
	var mu sync.Mutex
	claims, began := 0, time.Now()
	each(func(int) {
		owner, err := k.entries.Register(t.Context())
		if err != nil {
			t.Error(err)
			return
		}
		got, err := k.entries.Claim(t.Context(), owner, idle)
		if err != nil {
			t.Errorf("Claim = %v", err)
		}
		mu.Lock()
		defer mu.Unlock()
		if slices.Contains(got, k.owner) {
			claims++
		}
	})
	if late := time.Since(began) > idle; claims == 0 || claims > 1 && !late {
		t.Errorf("%d claimed the entries of a keeper that died, want one", claims)
	}
}

func testClaimBack(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	other := k.register()
	k.create("Ann")
	k.passed(now)
	if got := k.claim(other, now); !slices.Equal(got, []int64{k.owner}) {
		t.Fatalf("Claim = %v, want %d", got, k.owner)
	}
	if err := k.entries.Renew(t.Context(), k.owner); err != nil {
		t.Fatal(err)
	}
	if released, err := k.entries.Release(t.Context(), other, k.owner); released || err != nil {
		t.Errorf("Release of what it keeps no more = %t, %v", released, err)
	}
	if err := k.entries.Delete(t.Context(), k.owner, []int64{1}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} { // the second time it is not there
		if released, err := k.entries.Release(t.Context(), k.owner, k.owner); released != want || err != nil {
			t.Errorf("Release = %t, %v, want %t", released, err, want)
		}
	}
	if err := k.entries.Renew(t.Context(), k.owner); err != nil {
		t.Errorf("Renew of an owner that was forgotten = %v", err)
	}
	// One that was given back, and wrote without saying that it lives.
	for _, name := range []string{"Bob", "Cat"} {
		k.create(name)
		k.passed(now)
		if got := k.claim(other, now); !slices.Equal(got, []int64{k.owner}) {
			t.Errorf("Claim of an owner that came back = %v, want %d", got, k.owner)
		}
		if err := k.entries.Delete(t.Context(), k.owner, []int64{k.next - 1}); err != nil {
			t.Fatal(err)
		}
		if released, err := k.entries.Release(t.Context(), other, k.owner); !released || err != nil {
			t.Errorf("Release of another = %t, %v", released, err)
		}
	}
}

func testRelease(t *testing.T, open KeepingOpener) {
	k := openKept(t, open)
	k.create("Ann", "Bob")
	if released, err := k.entries.Release(t.Context(), k.owner, k.owner); released || err != nil {
		t.Errorf("Release of an owner with entries = %t, %v", released, err)
	}
	if err := k.entries.Delete(t.Context(), k.owner, []int64{1, 2}); err != nil {
		t.Fatal(err)
	}
	if released, err := k.entries.Release(t.Context(), k.owner, k.owner); !released || err != nil {
		t.Errorf("Release of an owner without entries = %t, %v", released, err)
	}
	// Entries whose owner is not known belong to whoever registers next.
	k.create("Cat")
	k.passed(now)
	if got := k.claim(k.register(), now); !slices.Equal(got, []int64{k.owner}) {
		t.Errorf("Claim = %v, want %d, which was forgotten", got, k.owner)
	}
}
