package spec

// A Field is one field of a record or of a custom method's or event's data,
// written in the field language or as a mapping.
type Field struct {
	Name      Text
	Type      Type
	Required  Flag
	Nullable  Flag
	Modifiers []Text // words of Modifiers
	Visible   []Text // who sees it: owner, authenticated, a role; nil without the modifier
	Writable  []Text // the roles that write it; nil without the modifier
	Default   *Value // nil for none
	Doc       Text
	Broken    bool // it could not be read; only Name is sure
}

// A Type is what a field holds.
type Type struct {
	Span     Span
	Name     string // a name of Types, or "ref"
	Ref      Text   // for "ref": the service after the arrow
	Enum     []Text // for "enum": its values
	List     bool   // a list of it
	Min, Max Number // of the value or its length
	ListMin  Number // of a list's length
	ListMax  Number
}

// Types returns the names of the field types as the spec writes them.
func Types() []string {
	return []string{
		"string", "text", "int", "number", "bool", "time", "date", "uuid",
		"email", "url", "json", "enum", "password", "id",
	}
}

// Modifiers returns the words that may follow a field's type.
func Modifiers() []string {
	return []string{"unique", "index", "readonly", "writeonly", "immutable", "visible", "writable"}
}

// words returns where the field keeps the words in brackets behind a modifier,
// nil for a modifier that has none.
func (f *Field) words(modifier string) *[]Text {
	switch modifier {
	case "visible":
		return &f.Visible
	case "writable":
		return &f.Writable
	}
	return nil
}

// ValueKind is the form that a default was written in.
type ValueKind int

// The forms of a default.
const (
	Word   ValueKind = iota // bare: 5, true, member, $user
	Quoted                  // in quotes: always text
	List                    // Items
	Raw                     // JSON, ready for use
)

// A Value is a field's default as it was written.
type Value struct {
	Kind  ValueKind
	Span  Span
	Text  string // the word, the text without quotes, or the JSON
	Items []*Value
}
