package model

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// Folders that a project has, so that no command or folder may be called so.
func reservedFolder(name string) bool {
	switch name {
	case "api", "bin", "client", "cmd", "data", "deploy", "internal", "main", "migrations", "public", "services", "testdata",
		"third_party", "vendor":
		return true
	}
	return isDeviceName(name)
}

var (
	appName    = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	staticName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
)

func (b *builder) app() {
	app := b.file.App
	if app.Key.Given() && !app.Name.Given() && !b.file.Broken {
		b.errorf(app.Key.Span, "missing-key", "the app has no name").Fix = "write app: { name: chat }"
	}
	if app.Name.Given() {
		b.appName(app.Name)
	}
	b.project.Name = app.Name.Value
	b.project.Module = "example.com/" + app.Name.Value
	if app.Module.Given() {
		b.project.Module = app.Module.Value
		if problem, fix := checkModule(app.Module.Value); problem != "" {
			b.errorf(app.Module.Span, "bad-module", "%s can not be a module path: %s", quote(app.Module.Value), problem).Fix = fix
		}
	}
	if b.file.Static.Given() {
		b.static(b.file.Static)
	}
}

func (b *builder) appName(name spec.Text) {
	const longest = 50
	switch {
	case !appName.MatchString(name.Value):
		d := b.errorf(name.Span, "invalid-name", "the app can not be called %s", quote(name.Value))
		d.Fix = "use lower-case letters, digits and single dashes, beginning with a letter: my-chat"
		d.Suggestion = dashed(name.Value)
	case len(name.Value) > longest:
		b.errorf(name.Span, "invalid-name", "the app's name is longer than %d characters", longest).Fix = "choose a shorter one"
	case reservedFolder(name.Value):
		b.errorf(name.Span, "reserved-name", "the app can not be called %s: the project has a folder of that name", quote(name.Value)).
			Fix = "choose another name, such as " + name.Value + "-app"
	}
}

// dashed turns a name into a valid one for an app, "" where that is no help.
func dashed(name string) string {
	words := splitWords(name)
	for i, w := range words {
		words[i] = asciiFold(strings.ToLower(w))
	}
	if s := strings.Join(words, "-"); appName.MatchString(s) {
		return s
	}
	return ""
}

// checkModule holds a path against the go command's rules for module paths
// and the parts that other projects own.
func checkModule(path string) (problem, fix string) {
	const own, longest = "github.com/featherscaffold/featherscaffold", 200
	elements := strings.Split(path, "/")
	for i, e := range elements {
		if problem := checkElement(e, i == 0); problem != "" {
			return problem, "write a path such as example.com/chat"
		}
	}
	last := elements[len(elements)-1]
	switch {
	case !strings.Contains(elements[0], "."):
		return "its first part has no dot, and such paths belong to Go itself", "begin with a domain: example.com/" + path
	case len(path) > longest:
		return "it is longer than " + strconv.Itoa(longest) + " characters", "choose a shorter one"
	case path == own || strings.HasPrefix(path, own+"/"):
		return "it is the generator's own", "write a path such as example.com/chat"
	case len(elements) > 1 && badMajor.MatchString(last):
		return "a major version is written /v2 or higher", "leave " + strconv.Quote(last) + " out"
	}
	return "", ""
}

var badMajor = regexp.MustCompile(`^v(0.*|1)$`)

func checkElement(e string, first bool) string {
	switch {
	case e == "":
		return "it has an empty part"
	case strings.HasPrefix(e, ".") || strings.HasSuffix(e, "."):
		return "a part begins or ends with a dot"
	case strings.HasPrefix(e, "-"):
		return "a part begins with a dash"
	}
	for _, r := range e {
		lower := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.'
		if first && !lower {
			return "its first part may hold lower-case letters, digits, dots and dashes, not " + quote(string(r))
		}
		if !lower && !(r >= 'A' && r <= 'Z') && r != '_' && r != '~' {
			return "it may hold letters, digits and - . _ ~, not " + quote(string(r))
		}
	}
	if stem, _, _ := strings.Cut(e, "."); isDeviceName(stem) {
		return quote(e) + " is a device on Windows"
	}
	return ""
}

// static checks the folder, whose Go package is called as the folder is.
func (b *builder) static(folder spec.Text) {
	name := strings.TrimSuffix(strings.TrimPrefix(folder.Value, "./"), "/")
	switch {
	case !staticName.MatchString(name):
		b.errorf(folder.Span, "invalid-name", "static can not be %s: it names a folder of the project that is a Go package as well", quote(folder.Value)).
			Fix = "use one lower-case word, such as static: web"
	case reservedFolder(name) || reservedPackage(name):
		b.errorf(folder.Span, "reserved-name", "static can not be %s: that name is taken in a project", quote(folder.Value)).
			Fix = "use another word, such as static: web"
	}
	b.project.Static = name
}
