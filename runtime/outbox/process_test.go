package outbox_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/outbox"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
)

// As environment variables, these make this program an app that lives until it
// is killed, or until it kills itself: within the nth publish.
const (
	victimPath = "OUTBOX_TEST_VICTIM"
	victimEnd  = "OUTBOX_TEST_END"
)

// pipe is a bus whose broker is the process that reads what this one prints. It
// has an outbox of its own, which goes with the process: some events it takes
// and never sends.
type pipe struct {
	mu        sync.Mutex
	published int
	end       int // of the process, 0 for never
}

var aText = regexp.MustCompile(`"text":"([^"]*)"`)

func (p *pipe) Publish(msg []byte, stored func()) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.published++; p.published == p.end {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {} // until it arrives
	}
	if p.published%10 == 0 {
		return nil
	}
	fmt.Printf("event %s\n", aText.FindSubmatch(msg)[1])
	stored()
	return nil
}

func (*pipe) Subscribe(func(string, uint64, []byte), func(uint64)) error { return nil }

// live writes notes without end, several at a time, and prints which are
// written.
func live(path, end string) error {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	a, err := newApp(ctx, db, nil)
	if err != nil {
		return err
	}
	bus := &pipe{}
	bus.end, _ = strconv.Atoi(end)
	if err := a.SetBus(bus); err != nil {
		return err
	}
	entries, err := db.Outbox(ctx)
	if err != nil {
		return err
	}
	if _, err := outbox.Start(ctx, a, entries, outbox.Options{Idle: time.Hour, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		return err
	}
	var n atomic.Int64
	failed := make(chan error)
	for range 8 {
		go func() {
			for {
				c := creating(a, fmt.Sprintf("%d-%d", os.Getpid(), n.Add(1)))
				if err := a.Do(ctx, c); err != nil {
					failed <- err
				}
				fmt.Printf("call %s\n", c.Result.Records[0].Value(noteText).Str())
			}
		}()
	}
	return <-failed
}

func creating(a *runtime.App, texts ...string) *runtime.Call {
	s := a.Services()[0]
	c := &runtime.Call{Service: s, Method: runtime.Create, Many: len(texts) != 1}
	for _, text := range texts {
		rec := s.Schema.New()
		rec.SetValue(noteText, record.StringValue(text))
		c.Data = append(c.Data, rec)
	}
	return c
}

// TestKilledProcessLosesNoEvent kills processes that share a file, wherever
// they are. What they wrote and did not send is sent by the one that is left.
func TestKilledProcessLosesNoEvent(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	p := start(t, path, nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	sent := map[string]int{}
	called := 0
	const victims = 6
	for i := range victims {
		wg.Go(func() {
			events, calls := kill(t, path, i%2 == 0, 1+rand.IntN(300))
			mu.Lock()
			defer mu.Unlock()
			called += len(calls)
			for _, text := range events {
				sent[text]++
			}
		})
	}
	wg.Wait()
	p.until(func() bool { return len(p.owners()) == 1 }) // those that died have nothing left
	page, err := p.app.Service("notes").Store.Find(t.Context(), query.All())
	if err != nil {
		t.Fatal(err)
	}
	resent := map[string]int{}
	for _, text := range p.bus.texts() {
		resent[text]++
	}
	twice := 0
	for _, rec := range page.Records {
		text := rec.Value(noteText).Str()
		if sent[text]+resent[text] == 0 {
			t.Errorf("the event of %s was not sent", text)
		}
		if sent[text]+resent[text] > 1 {
			twice++
		}
		delete(resent, text)
	}
	for text := range resent {
		t.Errorf("an event was sent of %s, which was not written", text)
	}
	if n := len(page.Records); n < called || called == 0 {
		t.Errorf("%d records for %d calls that returned", n, called)
	}
	if len(p.ear.texts()) < len(page.Records)-len(sent) {
		t.Errorf("clients of the process that is left heard %d events of %d that were not sent", len(p.ear.texts()), len(page.Records)-len(sent))
	}
	t.Logf("%d records, %d events sent by those that died, %d by another, %d of them twice", len(page.Records), len(sent), len(p.bus.texts()), twice)
}

// kill starts a victim that dies: by the hand of this process after so many
// lines, or within as many publishes. It returns what the victim sent, and the
// calls that returned.
func kill(t *testing.T, path string, itself bool, after int) (events, calls []string) {
	program, err := os.Executable()
	if err != nil {
		t.Error(err)
		return nil, nil
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), victimPath+"="+path)
	if itself {
		cmd.Env = append(cmd.Env, victimEnd+"="+strconv.Itoa(after))
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return nil, nil
	}
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		what, text, _ := strings.Cut(lines.Text(), " ")
		switch what {
		case "event":
			events = append(events, text)
		case "call":
			calls = append(calls, text)
		}
		if !itself && n == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(events)+len(calls) == 0 && after > 10 {
		t.Errorf("the victim ended by itself: %v", err)
	}
	return events, calls
}
