package schema

import (
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// added tells what is wrong with a new column for records that are there, ""
// for nothing.
func added(f *Field) string {
	if f.Null || f.Default != "" || f.Auto != model.AutoNone {
		return ""
	}
	return "records that are there have no value for it, and it is required"
}

// altered tells what records lose when a column changes, "" for nothing.
func altered(before, after *Field) string {
	var losses []string
	add := func(lost bool, what string) {
		if lost {
			losses = append(losses, what)
		}
	}
	changed := before.Type != after.Type || before.List != after.List
	add(changed && !widens(before, after), "not every "+before.typeWord()+" is "+article(after.typeWord()))
	add(!changed && before.Ref != after.Ref && before.Ref != "" && after.Ref != "", "its ids are of "+before.Ref+", not of "+after.Ref)
	if before.Type == model.Enum && after.Type == model.Enum {
		gone := slices.DeleteFunc(slices.Clone(before.Values), func(v string) bool { return slices.Contains(after.Values, v) })
		add(len(gone) > 0, "records may have "+strings.Join(gone, " or "))
	}
	add(before.Null && !after.Null && after.Default == "", "records may lack it, and it is required now")
	add(after.Unique && !before.Unique, "two records may have the same value, and it is unique now")
	return strings.Join(losses, "; ")
}

// widens reports whether a column of one type holds all values of another.
func widens(before, after *Field) bool {
	if before.List || after.List {
		return before.List && after.List && holds(before.Type, after.Type)
	}
	return holds(before.Type, after.Type)
}

func holds(before, after model.Type) bool {
	switch after {
	case before:
		return true
	case model.String, model.Text:
		return slices.Contains([]model.Type{model.String, model.Text, model.Email, model.URL, model.UUID, model.Date, model.Enum}, before)
	case model.Number:
		return before == model.Int
	}
	return false
}

// article puts a or an before a word.
func article(word string) string {
	if strings.ContainsRune("aeio", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}
