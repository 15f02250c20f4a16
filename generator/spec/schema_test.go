package spec_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// schemaNode is the part of JSON Schema that ours uses.
type schemaNode struct {
	Ref                  string                 `json:"$ref"`
	Type                 any                    `json:"type"`
	Const                any                    `json:"const"`
	Enum                 []any                  `json:"enum"`
	AllOf, AnyOf, OneOf  []*schemaNode          `json:"-"`
	Required             []string               `json:"required"`
	Properties           map[string]*schemaNode `json:"properties"`
	AdditionalProperties json.RawMessage        `json:"additionalProperties"`
	MinProperties        int                    `json:"minProperties"`
	Items                *schemaNode            `json:"items"`
	MinItems             int                    `json:"minItems"`
	MaxItems             *int                   `json:"maxItems"`
	UniqueItems          bool                   `json:"uniqueItems"`
	Pattern              string                 `json:"pattern"`
	MinLength            int                    `json:"minLength"`
	MaxLength            *int                   `json:"maxLength"`
	Minimum, Maximum     *float64               `json:"-"`
	Definitions          map[string]*schemaNode `json:"definitions"`
	Description          string                 `json:"description"`
	Default, Examples    any                    `json:"-"`
}

// UnmarshalJSON refuses keywords that the checks below do not know.
func (n *schemaNode) UnmarshalJSON(raw []byte) error {
	type plain schemaNode
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	for key, target := range map[string]any{
		"allOf": &n.AllOf, "anyOf": &n.AnyOf, "oneOf": &n.OneOf, "minimum": &n.Minimum, "maximum": &n.Maximum,
		"default": &n.Default, "examples": &n.Examples, "$schema": new(string), "title": new(string),
	} {
		if value, ok := all[key]; ok {
			if err := json.Unmarshal(value, target); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			delete(all, key)
		}
	}
	rest, err := json.Marshal(all)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(strings.NewReader(string(rest)))
	dec.DisallowUnknownFields()
	return dec.Decode((*plain)(n))
}

func readSchema(t *testing.T) *schemaNode {
	t.Helper()
	var root schemaNode
	if err := json.Unmarshal(spec.Schema(), &root); err != nil {
		t.Fatalf("read the schema: %v", err)
	}
	return &root
}

// check returns where and why value does not follow n, "" when it does.
func (n *schemaNode) check(root *schemaNode, value any, at string) string {
	if n.Ref != "" {
		target := root.Definitions[strings.TrimPrefix(n.Ref, "#/definitions/")]
		if target == nil {
			return at + ": no definition " + n.Ref
		}
		return target.check(root, value, at)
	}
	if n.Type != nil && !n.hasType(value) {
		return fmt.Sprintf("%s: %v is not of type %v", at, value, n.Type)
	}
	if n.Const != nil && fmt.Sprint(n.Const) != fmt.Sprint(value) || n.Enum != nil && !slices.Contains(n.Enum, value) {
		return fmt.Sprintf("%s: %v is not one of %v%v", at, value, n.Const, n.Enum)
	}
	for _, check := range []func(*schemaNode, any, string) string{n.checkCombined, n.checkObject, n.checkArray} {
		if problem := check(root, value, at); problem != "" {
			return problem
		}
	}
	return n.checkScalar(value, at)
}

func (n *schemaNode) hasType(value any) bool {
	name := "null"
	switch value.(type) {
	case string:
		name = "string"
	case bool:
		name = "boolean"
	case int, float64:
		name = "number"
	case []any:
		name = "array"
	case map[string]any:
		name = "object"
	}
	if _, whole := value.(int); whole && n.Type == "integer" {
		return true
	}
	list, ok := n.Type.([]any)
	return n.Type == name || ok && slices.Contains(list, any(name))
}

func (n *schemaNode) checkCombined(root *schemaNode, value any, at string) string {
	for _, sub := range n.AllOf {
		if problem := sub.check(root, value, at); problem != "" {
			return problem
		}
	}
	for _, group := range []struct {
		subs []*schemaNode
		most int
	}{{n.AnyOf, len(n.AnyOf)}, {n.OneOf, 1}} {
		matching, problems := 0, []string{}
		for _, sub := range group.subs {
			if problem := sub.check(root, value, at); problem == "" {
				matching++
			} else {
				problems = append(problems, problem)
			}
		}
		if len(group.subs) > 0 && (matching == 0 || matching > group.most) {
			return fmt.Sprintf("%s: matches %d of %d: %s", at, matching, len(group.subs), strings.Join(problems, "; "))
		}
	}
	return ""
}

func (n *schemaNode) checkObject(root *schemaNode, value any, at string) string {
	object, ok := value.(map[string]any)
	if !ok {
		return ""
	}
	for _, key := range n.Required {
		if _, ok := object[key]; !ok {
			return at + ": no key " + key
		}
	}
	if len(object) < n.MinProperties {
		return at + ": too few keys"
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		sub := n.Properties[key]
		if sub == nil && string(n.AdditionalProperties) == "false" {
			return at + ": key " + key
		}
		if sub == nil && n.AdditionalProperties != nil {
			sub = &schemaNode{}
			if err := json.Unmarshal(n.AdditionalProperties, sub); err != nil {
				return err.Error()
			}
		}
		if sub != nil {
			if problem := sub.check(root, object[key], at+"."+key); problem != "" {
				return problem
			}
		}
	}
	return ""
}

func (n *schemaNode) checkArray(root *schemaNode, value any, at string) string {
	list, ok := value.([]any)
	if !ok {
		return ""
	}
	if len(list) < n.MinItems || n.MaxItems != nil && len(list) > *n.MaxItems {
		return fmt.Sprintf("%s: %d items", at, len(list))
	}
	seen := map[string]bool{}
	for _, item := range list {
		if n.UniqueItems && seen[fmt.Sprint(item)] {
			return fmt.Sprintf("%s: %v is twice", at, item)
		}
		seen[fmt.Sprint(item)] = true
		if n.Items != nil {
			if problem := n.Items.check(root, item, at+"[]"); problem != "" {
				return problem
			}
		}
	}
	return ""
}

func (n *schemaNode) checkScalar(value any, at string) string {
	switch v := value.(type) {
	case string:
		if n.Pattern != "" && !regexp.MustCompile(n.Pattern).MatchString(v) || len(v) < n.MinLength || n.MaxLength != nil && len(v) > *n.MaxLength {
			return fmt.Sprintf("%s: %q does not follow the pattern or length", at, v)
		}
	case int:
		if n.Minimum != nil && float64(v) < *n.Minimum || n.Maximum != nil && float64(v) > *n.Maximum {
			return fmt.Sprintf("%s: %d is out of range", at, v)
		}
	}
	return ""
}

// sub returns the definition, or the property of one, by its dotted name.
func (n *schemaNode) sub(name string) *schemaNode {
	definition, property, dotted := strings.Cut(name, ".")
	d := n.Definitions[definition]
	if d != nil && dotted {
		return d.Properties[property]
	}
	return d
}

func TestSchemaHasTheParsersKeys(t *testing.T) {
	t.Parallel()
	root := readSchema(t)
	for name, keys := range spec.Shapes() {
		d := root.sub(name)
		if d == nil {
			t.Errorf("the schema has no definition %s", name)
			continue
		}
		got := slices.Sorted(maps.Keys(d.Properties))
		if want := slices.Sorted(slices.Values(keys)); !slices.Equal(got, want) {
			t.Errorf("schema, keys of %s: got %v, want the parser's %v", name, got, want)
		}
		if string(d.AdditionalProperties) != "false" {
			t.Errorf("schema: %s takes other keys than the parser", name)
		}
	}
}

func TestSchemaHasTheParsersWords(t *testing.T) {
	t.Parallel()
	root := readSchema(t)
	for name, words := range spec.Words() {
		d := root.sub(name)
		if d == nil {
			t.Errorf("the schema has no definition %s", name)
			continue
		}
		var got []string
		for _, e := range d.Enum {
			got = append(got, fmt.Sprint(e))
		}
		if !slices.Equal(got, words) {
			t.Errorf("schema, words of %s: got %v, want the parser's %v", name, got, words)
		}
	}
}

func TestSchemaNamesEveryTypeAndModifier(t *testing.T) {
	t.Parallel()
	text := readSchema(t).sub("fieldText").Description
	for _, word := range append(spec.Types(), spec.Modifiers()...) {
		if !strings.Contains(text, word) {
			t.Errorf("schema: the description of fieldText does not name %s", word)
		}
	}
}

// TestSchemaAgreesWithTheParser holds specs against both.
func TestSchemaAgreesWithTheParser(t *testing.T) {
	t.Parallel()
	root := readSchema(t)
	for _, file := range seeds(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var value any
			if err := yaml.Unmarshal(src, &value); err != nil {
				t.Fatalf("%s is no YAML: %v", file, err)
			}
			problem := root.check(root, value, "spec")
			_, diags := spec.Parse(file, src)
			if (problem != "") != diags.HasErrors() {
				var b strings.Builder
				diags.Print(&b, false)
				t.Errorf("%s: the schema says %q, the parser:\n%s", file, problem, b.String())
			}
		})
	}
}

// seeds returns the specs of testdata, good ones and ones of a wrong shape.
func seeds(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/specs/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no specs in testdata/specs: %v", err)
	}
	return files
}
