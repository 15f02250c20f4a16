package runtime

// A Method is the name of a service method: a standard one or a custom one.
type Method string

// The standard methods.
const (
	Find   Method = "find"
	Get    Method = "get"
	Create Method = "create"
	Update Method = "update" // replaces a record
	Patch  Method = "patch"  // changes some fields
	Remove Method = "remove"
)

// All stands for every method where hooks are registered.
const All Method = "all"

// Standard reports whether m is one of the standard methods.
func (m Method) Standard() bool {
	switch m {
	case Find, Get, Create, Update, Patch, Remove:
		return true
	}
	return false
}

// event returns the event that a standard method causes, "" for none.
func (m Method) event() string {
	switch m {
	case Create:
		return "created"
	case Update:
		return "updated"
	case Patch:
		return "patched"
	case Remove:
		return "removed"
	}
	return ""
}
