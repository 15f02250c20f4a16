package model

import (
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// customs resolves the custom methods.
func (b *builder) customs(s *service) {
	for _, syntax := range s.syntax.Custom {
		if !b.customName(s, syntax.Name) {
			continue
		}
		c := &Custom{Name: syntax.Name.Value, GoName: goName(syntax.Name.Value), Doc: syntax.Doc.Value}
		c.In = b.dataFields(s, syntax.In, "in")
		if syntax.OutRef.Given() {
			if target := b.lookup(syntax.OutRef); target != nil {
				c.OutRef, c.OutList = target.Service, syntax.OutList
			}
		} else {
			c.Out = b.dataFields(s, syntax.Out, "out")
		}
		s.Custom = append(s.Custom, c)
	}
}

func (b *builder) customName(s *service, name spec.Text) bool {
	switch {
	case contains(standardMethods(), name.Value):
		b.errorf(name.Span, "forbidden-method", "%s is a standard method", quote(name.Value)).
			Fix = "list it in methods: [" + name.Value + "], and change what it does in a hook"
	case forbiddenMethod(name.Value):
		b.errorf(name.Span, "forbidden-method", "a custom method can not be called %s: clients have a method of that name on every service", quote(name.Value)).
			Fix = "choose another name, such as " + name.Value + "Now"
	case !b.goIdentifier(name, "a custom method"):
	default:
		return true
	}
	return false
}

// goIdentifier checks a name that becomes a Go method or type and travels in
// headers.
func (b *builder) goIdentifier(name spec.Text, what string) bool {
	if nameForm.MatchString(name.Value) && len(name.Value) <= longestName {
		return true
	}
	d := b.errorf(name.Span, "invalid-name", "%s can not be called %s", what, quote(name.Value))
	d.Fix = "use at most 63 ASCII letters, digits and _, not beginning with a digit"
	d.Suggestion = camel(name.Value)
	return false
}

// forbiddenMethod reports the names that a Feathers service object has for
// itself: of its own, of an event emitter, of every object, and of the
// clients' services, where a custom method of that name would call itself.
func forbiddenMethod(name string) bool {
	switch name {
	case "all", "around", "before", "after", "error", "hooks", "setup", "teardown", "publish":
		return true
	case "addListener", "emit", "eventNames", "getMaxListeners", "listenerCount", "listeners", "off", "on", "once",
		"prependListener", "prependOnceListener", "rawListeners", "removeAllListeners", "removeListener", "setMaxListeners":
		return true
	case "base", "callCustomMethod", "connection", "events", "getQuery", "makeUrl", "method", "methods", "name", "options",
		"path", "request", "send", "then":
		return true
	case "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__", "constructor",
		"hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "prototype", "toLocaleString", "toString", "valueOf":
		return true
	}
	return false
}
