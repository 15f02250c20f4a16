package specedit

import (
	"bytes"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// schemaLine points editors at the schema in the project.
const schemaLine = "# yaml-language-server: $schema=.featherscaffold/schema.json\n"

// WithSchemaLine puts the line before a spec that points at no schema.
func WithSchemaLine(text []byte) []byte {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	if bytes.Contains(first, []byte("yaml-language-server:")) {
		return text
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	return append([]byte(schemaLine), text...)
}

// SetApp sets app.name and app.module in a spec's text, "" for as they are. A
// spec without an app, or one that can not be read, stays as it is.
func SetApp(text []byte, name, module string) []byte {
	text = setApp(text, "module", module)
	return setApp(text, "name", name)
}

func setApp(text []byte, key, to string) []byte {
	d, _ := open("", text)
	if d == nil || to == "" || d.root.Get("app") == nil {
		return text
	}
	app := d.root.Get("app")
	at := app.Get(key)
	if at != nil && at.Kind == spec.ScalarNode {
		return bytes.Join([][]byte{text[:at.Start], []byte(quote(to, app.Flow)), text[at.End:]}, nil)
	}
	if at == nil && app.Kind == spec.MappingNode {
		if out, err := d.apply(d.insert(app, Pair{Name: key, Type: to})); err == nil {
			return out
		}
	}
	return text
}
