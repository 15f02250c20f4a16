package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// fixtureView is the package that runs the app in tests.
type fixtureView struct {
	*projectView
	Fixtures  []fixture
	Counts    bool   // some fixture needs a number of its own
	TokenName string // what package token is called
	UserID    string // expression for a user's id as text
}

// fixture is the function that creates one valid record.
type fixture struct {
	*model.Service
	Func   string // what it is called
	Fields []fixtureField
	Counts bool
	Refers bool // it creates other records first
}

type fixtureField struct{ GoName, Value string }

func newFixtureView(p *model.Project) *fixtureView {
	v := &fixtureView{projectView: newProjectView(p)}
	im := imports{}
	im.add("log/slog", "testing", runtimePath, p.Module+"/internal/gen/app")
	if v.SQLite {
		im.add("path/filepath")
		im.runtime("store/sqlite")
	}
	for _, s := range p.Services {
		if s.Store == "none" {
			continue
		}
		im.add(p.Module+"/internal/gen/"+s.Package, p.Module+"/internal/gen/model")
		f := newFixture(s, im)
		v.Fixtures = append(v.Fixtures, f)
		v.Counts = v.Counts || f.Counts
	}
	if v.Counts {
		im.add("sync/atomic")
	}
	if p.Auth != nil {
		v.logins(im)
	}
	v.Imports = im
	return v
}

// logins adds what tests need to call as a user.
func (v *fixtureView) logins(im imports) {
	im.add("sync", v.Module+"/internal/gen/model")
	v.TokenName = runtimeName(v.Project, "token")
	im.importAs("auth/token", "token", v.TokenName)
	v.UserID = channelValue("user."+v.Auth.Service.ID.GoName, v.Auth.Service.ID)
	channelView{Name: v.UserID}.importUsed(im)
	if v.Transports.REST != nil {
		im.add("net/http/httptest", "strings")
		im.runtime("transport/rest")
	}
}

// fixtureFunc returns the name of the function that creates a record: its
// type, unless the package has something of that name.
func fixtureFunc(s *model.Service) string { return fixtureName(s.Type) }

// fixtureName is fixtureFunc for the type of a record.
func fixtureName(typ string) string {
	switch typ {
	case "New", "Token", "Call":
		return typ + "Record"
	}
	return typ
}

func newFixture(s *model.Service, im imports) fixture {
	f := fixture{Service: s, Func: fixtureFunc(s)}
	for _, field := range s.Fields {
		if !field.Required || s.APIKeys && field.WriteOnly {
			continue
		}
		value, counts := sample(s, field, im)
		f.Counts = f.Counts || counts
		f.Refers = f.Refers || field.Ref != nil && !field.List
		f.Fields = append(f.Fields, fixtureField{field.GoName, value})
	}
	return f
}

// sample returns the expression of a valid value, which is another one each
// time for fields that must be unique. n is the fixture's number.
func sample(s *model.Service, f *model.Field, im imports) (value string, counts bool) {
	if s.APIKeys && f.Name == "scopes" {
		return `[]string{"*"}`, false
	}
	if f.List {
		return sampleList(s, f, im)
	}
	unique := f.Unique || f == s.ID
	switch f.Type {
	case model.Ref:
		if f.Ref != nil {
			return fixtureFunc(f.Ref) + "(t, a)." + f.Ref.ID.GoName, false
		}
	case model.Enum:
		return "model." + s.Type + f.GoName + f.Enum[0].GoName, false
	case model.Bool:
		return "true", false
	case model.Time:
		im.add("time")
		if unique {
			return "time.Date(2026, time.January, 2, 3, 4, int(n), 0, time.UTC)", true
		}
		return "time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)", false
	case model.Date:
		if unique {
			im.add("time")
			return "time.Date(2026, time.January, int(n), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)", true
		}
	case model.JSON:
		im.add("encoding/json")
		return "json.RawMessage(`{}`)", false
	case model.Int, model.Number:
		return sampleNumber(f, unique)
	}
	if unique {
		im.add("fmt")
	}
	return sampleText(f, unique), unique
}

func sampleNumber(f *model.Field, unique bool) (string, bool) {
	low := 1.0
	if f.Min != nil {
		low = *f.Min
	} else if f.Max != nil && *f.Max < low {
		low = *f.Max
	}
	switch {
	case !unique:
		return number(low), false
	case f.Max != nil && f.Type == model.Int:
		return fmt.Sprintf("%s + n%%%s", number(low), number(*f.Max-low+1)), true
	case f.Max != nil:
		return fmt.Sprintf("%s + %s/float64(n)", number(low), number(*f.Max-low)), true
	case f.Type == model.Number:
		return number(low) + " + float64(n)", true
	}
	return number(low) + " + n", true
}

func sampleText(f *model.Field, unique bool) string {
	switch f.Type {
	case model.Email:
		return textOf("someone%d@example.com", "someone@example.com", unique)
	case model.URL:
		return textOf("https://example.com/%d", "https://example.com/", unique)
	case model.UUID:
		return textOf("00000000-0000-4000-8000-%012d", "00000000-0000-4000-8000-000000000001", unique)
	case model.Date:
		return `"2026-01-02"`
	}
	low, high := 1, 1<<20
	if f.Min != nil {
		low = max(int(*f.Min), 1)
	}
	if f.Max != nil {
		high = int(*f.Max)
	}
	if unique {
		return fmt.Sprintf(`fmt.Sprintf("%%0%dx", n)`, min(max(low, 4), high))
	}
	text := "some " + f.Name
	if len(text) < low {
		text += strings.Repeat("x", low-len(text))
	}
	return strconv.Quote(text[:min(len(text), high)])
}

func textOf(format, plain string, unique bool) string {
	if unique {
		return "fmt.Sprintf(" + strconv.Quote(format) + ", n)"
	}
	return strconv.Quote(plain)
}

// sampleList returns a list as short as the field allows.
func sampleList(s *model.Service, f *model.Field, im imports) (string, bool) {
	n := 0
	if f.Min != nil {
		n = int(*f.Min)
	}
	element := *f
	element.List, element.Min, element.Max, element.Unique = false, nil, nil, false
	g := goField{Field: f, record: &recordView{Type: s.Type}}
	typ := g.base()
	switch {
	case f.Type == model.Enum:
		typ = "model." + typ
	case f.Type == model.JSON:
		im.add("encoding/json")
	case f.Type == model.Time:
		im.add("time")
	}
	values := make([]string, n)
	counts := false
	for i := range values {
		var counted bool
		values[i], counted = sample(s, &element, im)
		counts = counts || counted
	}
	return "[]" + typ + "{" + strings.Join(values, ", ") + "}", counts
}
