package record

import (
	"math"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Check holds rec's fields against their rules: ranges, enums, formats,
// required fields that are null. It looks at the fields in the set only and
// returns everything that is wrong as FieldErrors, or nil.
func Check(rec Record, fields FieldSet) error {
	var errs FieldErrors
	schema := rec.Schema()
	for i := range fields.All() {
		f := &schema.Fields[i]
		v := rec.Value(i)
		if v.IsNull() {
			if !f.MayBeAbsent() {
				errs.Add(TypeError("/"+f.Name, f.jsonType()))
			}
			continue
		}
		f.check(v, &errs)
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}

func (f *Field) check(v Value, errs *FieldErrors) {
	path := "/" + f.Name
	if !f.List {
		f.checkRange(v, path, errs)
		f.checkText(v, path, errs)
		return
	}
	f.checkLength(len(v.list), "Items", "items", path, errs)
	for i, e := range v.list {
		f.checkText(e, path+"/"+strconv.Itoa(i), errs)
	}
}

func (f *Field) checkRange(v Value, path string, errs *FieldErrors) {
	if !f.Range.set {
		return
	}
	switch v.kind {
	case KindString:
		f.checkLength(utf8.RuneCountInString(v.str), "Length", "characters", path, errs)
	case KindInt, KindNumber:
		if n := v.Num(); n < f.Range.Min {
			errs.Add(FieldError{path, "minimum", limit(`{"comparison":">=","limit":`, f.Range.Min), "must be >= " + number(f.Range.Min)})
		} else if n > f.Range.Max {
			errs.Add(FieldError{path, "maximum", limit(`{"comparison":"<=","limit":`, f.Range.Max), "must be <= " + number(f.Range.Max)})
		}
	}
}

func (f *Field) checkLength(n int, keyword, unit, path string, errs *FieldErrors) {
	switch {
	case !f.Range.set:
	case float64(n) < f.Range.Min:
		errs.Add(FieldError{path, "min" + keyword, limit(`{"limit":`, f.Range.Min), "must NOT have fewer than " + number(f.Range.Min) + " " + unit})
	case float64(n) > f.Range.Max:
		errs.Add(FieldError{path, "max" + keyword, limit(`{"limit":`, f.Range.Max), "must NOT have more than " + number(f.Range.Max) + " " + unit})
	}
}

func (f *Field) checkText(v Value, path string, errs *FieldErrors) {
	switch {
	case f.Enum != nil && !slices.Contains(f.Enum, v.str):
		errs.Add(EnumError(path, f.Enum))
	case f.Format == Email && !validEmail(v.str):
		errs.Add(FormatError(path, "email"))
	case f.Format == URL && !validURL(v.str):
		errs.Add(FormatError(path, "uri"))
	case f.Type == Date && !validDate(v.str):
		errs.Add(FormatError(path, "date"))
	case f.Type == UUID && !uuidForm.MatchString(v.str):
		errs.Add(FormatError(path, "uuid"))
	}
}

func validDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// maxEmail is the longest address of RFC 5321, section 4.5.3.1.3.
const maxEmail = 254

func validEmail(s string) bool {
	if len(s) > maxEmail {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

func validURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

func number(f float64) string {
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func limit(head string, f float64) string {
	if math.IsInf(f, 0) {
		return "{}"
	}
	return head + number(f) + "}"
}
