package spec

// Shapes returns the keys of every mapping of the spec, by the mapping's name.
func Shapes() map[string][]string {
	out := map[string][]string{}
	for _, s := range shapes() {
		out[s.name] = s.keys
	}
	return out
}

// Words returns the words that keys have as values, by the name of the
// schema's definition.
func Words() map[string][]string {
	return map[string][]string{
		"transportName":   transportsWords,
		"engineTransport": engineWords,
		"storeName":       storeWords,
		"backendName":     backendWords,
		"strategyName":    strategyWords,
		"auth.hash":       hashWords,
		"methodName":      methodWords,
		"multiName":       multiWords,
		"cluster.mode":    modeWords,
		"compat.protocol": protocolWords,
		"id.type":         idTypeWords,
	}
}

// ParseField reads a text in the field language.
func ParseField(text string) (*Field, *Diagnostics) {
	d := &Diagnostics{file: "field", src: newSource(text)}
	f := &Field{}
	p := &parser{src: d.src, diags: d}
	p.language(f, Text{Value: text, Span: Span{1, 1, 2}, src: d.src})
	return f, d
}

var Nearest = nearest
