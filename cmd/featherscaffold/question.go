package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/spec"
	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

// answers are what a new project is to be, by the questions' flags, and the
// name of its folder as "folder".
type answers map[string]string

// A question is one that init asks.
type question struct {
	flag    string
	text    string
	choices []string // nil for any text
	several bool     // the answer is a list of choices
	// usual returns the answer for who does not care, and those that go with
	// the answers before, nil for any.
	usual func(answers) (answer string, possible []string)
}

// stores are those that a project can be generated for.
var stores = []string{"sqlite", "memory"}

// questions are in the order in which they are asked: each may depend on the
// answers before.
var questions = []question{
	{flag: "name", text: "Name of the app", usual: func(a answers) (string, []string) {
		return appName(a["folder"]), nil
	}},
	{flag: "module", text: "Go module", usual: func(a answers) (string, []string) {
		return "example.com/" + a["name"], nil
	}},
	{flag: "transports", text: "How clients reach it, one or several", choices: spec.Transports(), several: true,
		usual: func(answers) (string, []string) { return "rest,socketio", spec.Transports() }},
	{flag: "store", text: "Where records are kept", choices: stores, usual: func(answers) (string, []string) {
		return "sqlite", stores
	}},
	{flag: "auth", text: "How users log in: none for an app without users, local for email and password",
		choices: []string{"none", "local"}, usual: func(answers) (string, []string) {
			return "none", []string{"none", "local"}
		}},
	{flag: "cluster", text: "Processes: single, or workers for one a CPU", choices: []string{"single", "workers"},
		usual: func(a answers) (string, []string) {
			if a["store"] == "memory" {
				return "single", []string{"single"} // each process would have records of its own
			}
			return "single", []string{"single", "workers"}
		}},
	{flag: "sync", text: "How instances hear of each other's events", choices: spec.SyncBackends(),
		usual: func(a answers) (string, []string) {
			switch {
			case a["cluster"] == "workers":
				return "local", []string{"local", "redis", "rabbitmq"}
			case a["store"] == "memory":
				return "none", []string{"none"}
			}
			return "none", []string{"none", "redis", "rabbitmq"}
		}},
}

// help is what --help says of the question's flag.
func (q question) help() string {
	switch {
	case q.choices == nil:
		return strings.ToLower(q.text[:1]) + q.text[1:]
	case q.several:
		return strings.Join(q.choices, ", ") + "; several with commas between"
	}
	return strings.Join(q.choices, ", ")
}

// check says why an answer is none.
func (q question) check(answer string) error {
	switch q.flag {
	case "name":
		return appProblem(answer, "")
	case "module":
		return appProblem("", answer)
	}
	words := []string{answer}
	if q.several {
		words = strings.Split(answer, ",")
	}
	for _, word := range words {
		if !slices.Contains(q.choices, word) {
			return fmt.Errorf("want %s", strings.Join(q.choices, ", "))
		}
	}
	return nil
}

// appProblem returns what a spec would say of an app's name or module.
func appProblem(name, module string) error {
	text := specedit.SetApp([]byte("version: 1\napp: { name: app }\nservices: { a: {} }\n"), name, module)
	file, diags := spec.Parse(specName, text)
	model.Build(file, diags)
	for _, d := range diags.All() {
		if d.Severity == spec.Error {
			return fmt.Errorf("%s; %s", d.Message, d.Fix)
		}
	}
	return nil
}
