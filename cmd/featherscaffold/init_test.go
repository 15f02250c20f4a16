package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/spec"
	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

// flagsOf returns the flags of init with some answers.
func flagsOf(given map[string]string) initFlags {
	flags := initFlags{answers: map[string]*string{}}
	for _, q := range questions {
		answer := given[q.flag]
		flags.answers[q.flag] = &answer
	}
	return flags
}

func TestInitAsksWhatIsNotGiven(t *testing.T) {
	t.Parallel()
	c, stdout, stderr := testCLI(build{version: "v1.2.3"})
	dir := filepath.Join(t.TempDir(), "My Shop")
	// A wrong name, then that by default, the module, a wrong transport, then two, the store
	// by flag, then what is usual, workers and a sync that does not go with them.
	in := "Shop!\n\nacme.org/shop\nrst\nrest primus\n\nworkers\nnone\n\n"
	if err := c.init(dir, flagsOf(map[string]string{"store": "sqlite"}), newPrompt(strings.NewReader(in), stdout)); err != nil {
		t.Fatalf("init: %v\n%s\n%s", err, stdout, stderr)
	}
	text, err := os.ReadFile(filepath.Join(dir, specName))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"app: { name: my-shop, module: acme.org/shop }\n", "transports: [rest, primus]\n", "mode: workers", "sync: local\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the spec is\n%s\nwant %q in it", text, want)
		}
	}
	for _, want := range []string{
		"Name of the app [my-shop] ", "rst: want rest, socketio, primus", `the app can not be called "Shop!"`, "none: that does not go with the other answers",
		"init '" + dir + "' --name my-shop --module acme.org/shop --transports rest,primus --store sqlite --auth none --cluster workers --sync local\n",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("init printed\n%s\nwant %q in it", stdout, want)
		}
	}
	if strings.Contains(stdout.String(), "Where records") {
		t.Error("init asked for what was given")
	}
}

func TestInitStopsWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	c, stdout, _ := testCLI(build{version: "v1.2.3"})
	dir := filepath.Join(t.TempDir(), "shop")
	err := c.init(dir, flagsOf(nil), newPrompt(strings.NewReader("shop\n"), stdout))
	if !errors.Is(err, errNoAnswer) {
		t.Errorf("init: %v, want errNoAnswer", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("init wrote files")
	}
}

// TestInitSpecsAreRight checks the specs of all answers that init offers.
func TestInitSpecsAreRight(t *testing.T) {
	t.Parallel()
	n := 0
	var walk func(a answers, rest []question)
	walk = func(a answers, rest []question) {
		if len(rest) > 0 {
			usual, possible := rest[0].usual(a)
			if possible == nil {
				possible = []string{usual}
			}
			if rest[0].several {
				possible = append(possible, usual)
			}
			for _, answer := range possible {
				a[rest[0].flag] = answer
				walk(a, rest[1:])
			}
			return
		}
		n++
		text := a.spec()
		file, diags := spec.Parse(specName, text)
		model.Build(file, diags)
		if all := diags.All(); len(all) > 0 {
			t.Errorf("%v: %s: %s\n%s", a, all[0].Code, all[0].Message, text)
		}
		if formatted, _, err := specedit.Format(specName, text); err != nil || string(formatted) != string(text) {
			t.Errorf("%v: the spec is not formatted:\n%s", a, text)
		}
	}
	walk(answers{"folder": "shop"}, questions)
	if n < 50 {
		t.Errorf("%d specs, want more", n)
	}
}
