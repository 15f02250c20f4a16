package main

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// schemaLine points editors at the schema in the project.
const schemaLine = "# yaml-language-server: $schema=.featherscaffold/schema.json\n"

// withSchemaLine puts the line before a spec that points at no schema.
func withSchemaLine(text []byte) []byte {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	if bytes.Contains(first, []byte("yaml-language-server:")) {
		return text
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	return append([]byte(schemaLine), text...)
}

// rename sets app.name and app.module in a spec's text.
func rename(text []byte, name, module string) []byte {
	file, _ := spec.Parse(specName, text)
	text = setModule(text, file, module)
	// The name may stand elsewhere now.
	file, _ = spec.Parse(specName, text)
	return setName(text, file, name)
}

// setModule sets app.module in a spec's text, comments and layout untouched.
func setModule(text []byte, file *spec.File, module string) []byte {
	app := file.App
	switch {
	case app.Module.Given():
		return splice(text, app.Module.Span, quoteYAML(module))
	case !app.Name.Given():
		return text
	}
	// The name stands alone on its line, or among others between braces.
	line := lineAt(text, app.Name.Span.Line)
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	end := spec.Span{Line: app.Name.Span.Line, Col: app.Name.Span.EndCol, EndCol: app.Name.Span.EndCol}
	if strings.HasPrefix(strings.TrimLeft(line, " "), "name:") {
		start := spec.Span{Line: end.Line, Col: 1, EndCol: 1}
		return splice(text, start, indent+"module: "+quoteYAML(module)+"\n")
	}
	return splice(text, end, ", module: "+quoteYAML(module))
}

// setName sets app.name in a spec's text.
func setName(text []byte, file *spec.File, name string) []byte {
	if !file.App.Name.Given() {
		return text
	}
	return splice(text, file.App.Name.Span, quoteYAML(name))
}

// quoteYAML quotes what YAML would not read as a text.
func quoteYAML(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n'\"#{}[],&*!|>%@`:?\\") || isYAMLWord(s) {
		return strconv.Quote(s)
	}
	return s
}

func isYAMLWord(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", "-":
		return true
	}
	return s[0] >= '0' && s[0] <= '9'
}

// splice replaces what stands at a span.
func splice(text []byte, at spec.Span, with string) []byte {
	start := offset(text, at.Line, at.Col)
	end := offset(text, at.Line, at.EndCol)
	return bytes.Join([][]byte{text[:start], []byte(with), text[end:]}, nil)
}

// offset returns where a line and a column, in runes and from 1, are.
func offset(text []byte, line, col int) int {
	at := 0
	for range line - 1 {
		at += len(lineFrom(text[at:]))
	}
	n := 1
	for i := range lineAt(text, line) {
		if n == col {
			return at + i
		}
		n++
	}
	return at + len(lineAt(text, line))
}

// lineFrom returns the first line of text with its break.
func lineFrom(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}

// lineAt returns a line, counted from 1, without its break.
func lineAt(text []byte, line int) string {
	at := 0
	for range line - 1 {
		at += len(lineFrom(text[at:]))
	}
	return strings.TrimRight(string(lineFrom(text[at:])), "\r\n")
}

// appName makes an app's name of a folder's: lower-case letters, digits and
// dashes, a letter first.
func appName(folder string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(folder) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if s := b.String(); s != "" && !strings.HasSuffix(s, "-") {
			b.WriteByte('-')
		}
	}
	name := strings.TrimRight(b.String(), "-")
	switch {
	case name == "":
		return "app"
	case name[0] >= '0' && name[0] <= '9':
		return "app-" + name
	}
	return name
}

// quietly returns a cli that prints nothing.
func (c *cli) quietly() *cli {
	return &cli{stdout: io.Discard, stderr: io.Discard, build: c.build, color: "never"}
}
