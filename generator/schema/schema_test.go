package schema_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/schema"
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

const head = "version: 1\napp: { name: chat }\nstore: sqlite\n"

// build resolves what stands below a spec's head.
func build(t *testing.T, body string) (*schema.Schema, []model.Move) {
	t.Helper()
	src := head + body
	f, diags := spec.Parse("feathers.yaml", []byte(src))
	p := model.Build(f, diags)
	if p == nil {
		var b strings.Builder
		diags.Print(&b, false)
		t.Fatalf("%s\n%s", src, &b)
	}
	return schema.Of(p), p.Moved
}

const everything = `services:
  rooms:
    id: { name: key, type: uuid }
    fields:
      name: string(1..60)! unique
      role: 'enum(admin|in review) = "in review"'
      tags: "[string]"
      owner: -> users?
      note: string = "a ` + "`" + `b"
    timestamps: true
    index: [[name, role], [createdAt]]
    custom: { join: { emits: joined } }
    events: { typing: { text: string } }
    path: chat/rooms
    publish: nobody
  users: { fields: { name: string index }, store: memory, publish: nobody }
  ping: { store: none, custom: { ping: {} } }
`

func TestSchemaIsOneLineAThing(t *testing.T) {
	t.Parallel()
	s, _ := build(t, everything)
	want := `# featherscaffold schema 1
ping method ping
ping service store=none package=ping type=Ping
rooms event joined
rooms event typing
rooms field createdAt type=time auto=created
rooms field key type=uuid key auto=id
rooms field name type=string unique
rooms field note type=string default="\"a ` + "`" + `b\""
rooms field owner type=int ref=users null
rooms field role type=enum value=admin value=` + "`in review`" + ` default=` + "`\"in review\"`" + `
rooms field tags type=string list null
rooms field updatedAt type=time auto=updated
rooms index createdAt
rooms index name role
rooms method join
rooms service store=sqlite table=chat/rooms package=rooms type=Room
users field id type=int key auto=id
users field name type=string null index
users service store=memory table=users package=users type=User
`
	if got := string(s.Format()); got != want {
		t.Errorf("Format:\n%s\nwant\n%s", got, want)
	}
}

func TestSchemaIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	s, _ := build(t, everything)
	text := s.Format()
	for name, src := range map[string][]byte{"LF": text, "CRLF": bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))} {
		again, err := schema.Parse(src)
		if err != nil {
			t.Fatalf("%s: Parse: %v", name, err)
		}
		if got := again.Format(); !bytes.Equal(got, text) {
			t.Errorf("%s: read and written again:\n%s\nwant\n%s", name, got, text)
		}
		if d := schema.Diff(again, s, nil); len(d) > 0 {
			t.Errorf("%s: a schema differs from what was read: %v", name, d)
		}
	}
}

func TestBothSidesOfAConflictCount(t *testing.T) {
	t.Parallel()
	s, err := schema.Parse([]byte(`# featherscaffold schema 1
<<<<<<< ours
rooms field name type=string
rooms field topic type=string
||||||| base
=======
rooms field name type=text unique
rooms index name
>>>>>>> theirs
rooms service store=sqlite table=rooms package=rooms type=Room
`))
	if err != nil {
		t.Fatal(err)
	}
	want := `# featherscaffold schema 1
rooms field name type=text unique
rooms field topic type=string
rooms index name
rooms service store=sqlite table=rooms package=rooms type=Room
`
	if got := string(s.Format()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDamagedSchemaIsRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":              {"", "no line with the format's version"},
		"a newer format":       {"# featherscaffold schema 2\n", "newer featherscaffold"},
		"a format of letters":  {"# featherscaffold schema x\n", "line 1"},
		"an unknown kind":      {"# featherscaffold schema 1\nrooms what x\n", "line 2"},
		"an unknown setting":   {"# featherscaffold schema 1\nrooms service size=1\n", `"size" is not understood`},
		"an unclosed quote":    {"# featherscaffold schema 1\nrooms field a default=\"x\n", "not quoted properly"},
		"fields of no service": {"# featherscaffold schema 1\nrooms field a type=int\n", "service rooms has no line"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := schema.Parse([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse: error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// FuzzParse checks that what can be read is read the same after it was written.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "# featherscaffold schema 1\n",
		"# featherscaffold schema 1\nrooms service store=sqlite table=`a b`\nrooms field a type=enum value=\"x\\ny\" value=`` null\n",
		"# featherscaffold schema 1\n<<<<<<< a\na service store=x\n=======\na service store=y\n>>>>>>> b\na index b c\na method m\na event e\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := schema.Parse(data)
		if err != nil {
			return
		}
		text := s.Format()
		again, err := schema.Parse(text)
		if err != nil {
			t.Fatalf("written, it is refused: %v\n%s", err, text)
		}
		if got := again.Format(); !bytes.Equal(got, text) {
			t.Errorf("written twice:\n%s\n%s", text, got)
		}
	})
}
