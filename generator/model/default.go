package model

import (
	"math"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// defaultValue resolves a field's default to JSON.
func (b *builder) defaultValue(s *service, f *Field, syntax *spec.Field) {
	v := syntax.Default
	switch {
	case isUser(v):
		b.userDefault(f, v)
		return
	case v.Kind == spec.Word && strings.HasPrefix(v.Text, "$"):
		d := b.errorf(v.Span, "bad-default", "there is no %s", quote(v.Text))
		d.Fix = "put a text that begins with $ in quotes"
		d.Suggest(v.Text, []string{"$user"})
		return
	case f.Type == Password:
		b.errorf(v.Span, "bad-default", "a password can not have a default: it would be known to all").Fix = "remove the default"
		return
	case v.Kind == spec.Word && v.Text == "null" && f.Nullable:
		null := "null"
		f.Default = &null
		return
	case f.Required:
		b.errorf(syntax.Required.Span, "conflict", "a required field is always given, so its default is never used").
			Fix = "remove the ! or the default"
		return
	}
	text, problem := f.defaultJSON(v)
	if problem.text == "" {
		f.Default = &text
		return
	}
	d := b.errorf(v.Span, "bad-default", "the default of %s: %s", quote(f.Name), problem.text)
	d.Fix = problem.fix
	if f.Type == Enum {
		d.Suggest(v.Text, enumValues(f))
	}
}

// userDefault takes $user for a reference to the service that users are in.
// The field is set by the server, by whom it may also be required.
func (b *builder) userDefault(f *Field, v *spec.Value) {
	auth := b.file.Auth
	switch {
	case auth == nil:
		b.errorf(v.Span, "auth-missing", "$user is the user of the session, and the spec has no auth").
			Fix = "add auth: { service: users }, or remove = $user and let clients send the field"
	case f.Ref == nil || f.List || auth.Service.Given() && f.Ref.Name != auth.Service.Value:
		b.errorf(v.Span, "bad-default", "$user is an id in %s, which %s is not", quote(auth.Service.Value), quote(f.Name)).
			Fix = "make the field a reference: -> " + auth.Service.Value
	default:
		f.User, f.ReadOnly = true, true
	}
}

// problem tells why a default does not fit.
type problem struct{ text, fix string }

// defaultJSON holds a default against the field's type and rules.
func (f *Field) defaultJSON(v *spec.Value) (string, problem) {
	if !f.List {
		return f.scalarJSON(v)
	}
	if v.Kind != spec.List {
		return "", problem{"it is not a list", "write = [] or = [a, b]"}
	}
	if p := f.checkRange(float64(len(v.Items)), "items"); p.text != "" {
		return "", p
	}
	items := make([]string, len(v.Items))
	for i, item := range v.Items {
		text, p := f.scalarJSON(item)
		if p.text != "" {
			return "", p
		}
		items[i] = text
	}
	return "[" + strings.Join(items, ",") + "]", problem{}
}

func (f *Field) scalarJSON(v *spec.Value) (string, problem) {
	t := f.Type
	if t == Ref {
		t = f.IDType
	}
	if t == JSON {
		text, ok := v.JSON()
		if !ok {
			return "", problem{quote(v.Text) + " is not JSON", "put a text in quotes"}
		}
		return text, problem{}
	}
	if v.Kind == spec.List || v.Kind == spec.Raw {
		return "", problem{"it is not a single value", "write one value of the type " + string(t)}
	}
	switch t {
	case Int, Number:
		return f.numberJSON(v, t)
	case Bool:
		if v.Kind == spec.Word && (v.Text == "true" || v.Text == "false") {
			return v.Text, problem{}
		}
		return "", problem{quote(v.Text) + " is not a bool", "write true or false"}
	}
	return f.textJSON(v, t)
}

func (f *Field) numberJSON(v *spec.Value, t Type) (string, problem) {
	n, err := strconv.ParseFloat(v.Text, 64)
	switch {
	case v.Kind != spec.Word || err != nil || math.IsInf(n, 0) || math.IsNaN(n):
		return "", problem{quote(v.Text) + " is not a number", "write a number without quotes"}
	case t == Int && (n != math.Trunc(n) || math.Abs(n) > maxSafe):
		return "", problem{quote(v.Text) + " is not an int", "write a whole number, or use the type number"}
	}
	if f.Type != Ref && !f.List {
		if p := f.checkRange(n, ""); p.text != "" {
			return "", p
		}
	}
	return number(n), problem{}
}

// textJSON checks the types whose values are texts.
func (f *Field) textJSON(v *spec.Value, t Type) (string, problem) {
	text := v.Text
	if t == UUID {
		text = strings.ToLower(text)
	}
	if p := f.checkForm(text, t); p.text != "" {
		return "", p
	}
	if ranged(t) && !f.List && f.Type != Ref {
		if p := f.checkRange(float64(utf8.RuneCountInString(text)), "characters"); p.text != "" {
			return "", p
		}
	}
	quoted := spec.Value{Kind: spec.Quoted, Text: text}
	out, _ := quoted.JSON()
	return out, problem{}
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func (f *Field) checkForm(text string, t Type) problem {
	switch t {
	case Enum:
		if !contains(enumValues(f), text) {
			return problem{quote(text) + " is no value of the enum", "use one of its values: " + strings.Join(enumValues(f), ", ")}
		}
	case Time, Date:
		return checkTime(text, t)
	case UUID:
		if !uuidForm.MatchString(text) {
			return problem{quote(text) + " is not a UUID", "write it as 123e4567-e89b-12d3-a456-426614174000"}
		}
	case Email:
		if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
			return problem{quote(text) + " is not an e-mail address", "write it as name@example.com"}
		}
	case URL:
		if u, err := url.Parse(text); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return problem{quote(text) + " is not an absolute URL", "write it as https://example.com/"}
		}
	}
	return problem{}
}

func checkTime(text string, t Type) problem {
	if text == "now" || text == "today" {
		return problem{"the time of a record is not a default", "use timestamps: true for createdAt and updatedAt, or set the field in a hook"}
	}
	layout, example := time.RFC3339Nano, "2030-01-31T12:00:00Z"
	if t == Date {
		layout, example = time.DateOnly, "2030-01-31"
	}
	if _, err := time.Parse(layout, text); err != nil {
		return problem{quote(text) + " is not a " + string(t), "write it as " + example}
	}
	return problem{}
}

// checkRange holds a value or a length against the field's bounds.
func (f *Field) checkRange(n float64, unit string) problem {
	what := number(n)
	if unit != "" {
		what += " " + unit
	}
	switch {
	case f.Min != nil && n < *f.Min:
		return problem{what + " is below the range's " + number(*f.Min), "change the default or the range"}
	case f.Max != nil && n > *f.Max:
		return problem{what + " is above the range's " + number(*f.Max), "change the default or the range"}
	}
	return problem{}
}

func enumValues(f *Field) []string {
	out := make([]string, len(f.Enum))
	for i, v := range f.Enum {
		out[i] = v.Value
	}
	return out
}
