package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// printed is a value in all the ways in which one gets into logs.
func printed(v any) string {
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	js, err := json.Marshal(v)
	fmt.Fprintln(&b, string(js), err)
	slog.New(slog.NewTextHandler(&b, nil)).Info("text", "v", v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("json", "v", v)
	return b.String()
}

// curious is a strategy that looks at what it is given, and fails.
type curious struct{ see func(auth.Credentials) }

func (curious) Name() string { return "curious" }
func (curious) Fields() []record.Field {
	return []record.Field{{Name: "pin", Type: record.String}, {Name: "answers", Type: record.String, List: true}}
}
func (c curious) Authenticate(_ context.Context, given auth.Credentials) (*auth.Proof, error) {
	c.see(given)
	return nil, errors.New("the database is down")
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	const pin, wrong = "SECRETPIN", "SECRETWORD"
	var out strings.Builder
	w := newWorld(t, func(o *auth.Options) {
		o.Strategies = append(o.Strategies, curious{func(given auth.Credentials) {
			if given.Text("pin") != pin || len(given.Value("answers").List()) != 1 || !given.Value("other").IsNull() {
				t.Errorf("the strategy was given %q, %v", given.Text("pin"), given.Value("answers"))
			}
			out.WriteString(printed(given))
			out.WriteString(printed(&given))
		}})
		o.Hooks.Before = map[runtime.Method][]runtime.Hook{runtime.All: {func(_ context.Context, c *runtime.Call) error {
			out.WriteString(printed(c.Data))
			for _, rec := range c.Data {
				out.WriteString(printed(rec) + printed(rec.Clone()) + string(rec.AppendJSON(nil, rec.Schema().Shown)))
			}
			return nil
		}}}
	})
	text, key := w.login(ann), w.key(`["*"]`)
	for _, body := range []string{
		`{"strategy":"curious","pin":"` + pin + `","answers":["` + pin + `"]}`,
		local(ann, wrong), local(ann, plain), withToken(text), withToken(text + "x"),
		`{"strategy":"apikey","apiKey":"` + key + `"}`, `{"strategy":"local","email":5,"password":["` + wrong + `"]}`,
	} {
		status, answer := w.do("POST /authentication", body)
		if status != 201 {
			out.WriteString(answer)
		}
	}
	for _, headers := range [][]string{{"Authorization", text + "x"}, {"X-Api-Key", key + "x"}, {"Authorization", "ApiKey " + key}} {
		_, answer := w.do("DELETE /authentication/"+text, "", headers...)
		out.WriteString(answer)
	}
	for _, s := range []*socket{w.connect("Authorization", text), w.connect("X-Api-Key", key)} {
		out.WriteString(printed(s.Identity()))
		out.WriteString(printed(*s.Identity()))
	}
	out.WriteString(w.log.String())
	if !strings.Contains(out.String(), "the database is down") {
		t.Error("the failure is not in the log: the test looks in the wrong place")
	}
	stored, err := w.app.Service("api-keys").Store.Get(t.Context(), record.IntValue(1), query.Cond{})
	if err != nil {
		t.Fatal(err)
	}
	signature := text[strings.LastIndexByte(text, '.')+1:]
	for name, secret := range map[string]string{"pin": pin, "wrong password": wrong, "password": plain, "password's hash": hash,
		"token": signature, "API key": key[4:], "API key's hash": stored.Value(keyHash).Str()} {
		if i := strings.Index(out.String(), secret); i >= 0 {
			t.Errorf("the %s is printed: %.300s", name, out.String()[max(i-200, 0):])
		}
	}
}
