package main

import (
	"bytes"
	"errors"
	"flag"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFlagsChooseWhatIsMeasured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		args        string
		sets, peers string
		rounds      int
	}{
		{"without flags everything is", "", "rest,sqlite,call,fanout,idle,cluster,sync", "feathers,app,app-1,app-2,limit", 3},
		{"a set and a peer", "-sets call -only app", "call", "app", 3},
		{"several, in their own order and once", "-sets idle,rest,idle -only app,feathers", "rest,idle", "feathers,app", 3},
		{"quick is two rounds", "-quick", "rest,sqlite,call,fanout,idle,cluster,sync", "feathers,app,app-1,app-2,limit", 2},
		{"quick takes rounds", "-quick -rounds 5 -sets rest", "rest", "feathers,app,app-1,app-2,limit", 5},
		{"two ways to run the app", "-sets cluster -only app-2,app", "cluster", "app,app-2", 3},
		{"a profile is of the app", "-profile -sets call", "call", "app", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := parse(strings.Fields(c.args), t.Output())
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(s.sets, ","); got != c.sets {
				t.Errorf("parse(%q): sets %s, want %s", c.args, got, c.sets)
			}
			if got := strings.Join(s.peers, ","); got != c.peers {
				t.Errorf("parse(%q): peers %s, want %s", c.args, got, c.peers)
			}
			if s.rounds != c.rounds {
				t.Errorf("parse(%q): %d rounds, want %d", c.args, s.rounds, c.rounds)
			}
		})
	}
}

func TestAppIsBuiltForTheChosenSets(t *testing.T) {
	t.Parallel()
	for sets, want := range map[string]string{
		"rest,call,fanout,idle": "memory",
		"sqlite,rest":           "memory,sqlite",
		"cluster":               "cluster",
		"sync":                  "rabbitmq,redis",
	} {
		if got := strings.Join(specsOf(strings.Split(sets, ",")), ","); got != want {
			t.Errorf("specsOf(%s) = %s, want %s", sets, got, want)
		}
		for spec := range strings.SplitSeq(want, ",") {
			if _, err := peerFiles.ReadFile("peers/app/" + spec + ".yaml"); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestQuickIsShorter(t *testing.T) {
	t.Parallel()
	quick, err := parse([]string{"-quick"}, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	full, err := parse(nil, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if quick.time >= full.time || quick.idle >= full.idle || quick.time < 500*time.Millisecond {
		t.Errorf("-quick measures %v and %d connections, without it %v and %d", quick.time, quick.idle, full.time, full.idle)
	}
}

func TestWrongFlagsAreRefused(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"-sets rest,cal":      `-sets: there is no "cal" among rest, sqlite`,
		"-only ,":             `-only: there is no "" among feathers`,
		"-rounds -1":          "-rounds -1: want at least 1",
		"-rounds many":        "invalid value",
		"-nothing":            "not defined: -nothing",
		"-quick fanout":       `"fanout" is no flag`,
		"-rounds 2 -sets xyz": `no "xyz"`,
	} {
		var usage bytes.Buffer
		if _, err := parse(strings.Fields(args), &usage); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parse(%q) = %v, want an error with %q", args, err, want)
		}
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	t.Parallel()
	var usage bytes.Buffer
	if _, err := parse([]string{"-h"}, &usage); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("parse(-h) = %v, want flag.ErrHelp", err)
	}
	for _, name := range slices.Concat([]string{"-sets", "-only", "-rounds", "-quick", "-profile"}, setNames, peerNames) {
		if !strings.Contains(usage.String(), name) {
			t.Errorf("the usage does not tell of %s:\n%s", name, usage.String())
		}
	}
}
