package model

import (
	"strings"
	"unicode"
)

// splitWords splits a name at what is no letter or digit, and where camel case
// begins a word: "userIDs" is user, IDs; "HTMLBody" is HTML, Body.
func splitWords(name string) []string {
	var words []string
	runes := []rune(name)
	start := 0
	flush := func(end int) {
		if end > start {
			words = append(words, string(runes[start:end]))
		}
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			start = i + 1
		case i > start && beginsWord(runes, i):
			flush(i)
			start = i
		}
	}
	flush(len(runes))
	return words
}

func beginsWord(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) {
		return false
	}
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	// The last capital of several begins a word, but not in a plural: IDs.
	plural := i+2 == len(runes) && runes[i+1] == 's'
	return !plural && i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

// initialism returns how Go writes a word such as id or urls, "" for others.
func initialism(word string) string {
	upper := strings.ToUpper(word)
	if isInitialism(upper) {
		return upper
	}
	if stem, ok := strings.CutSuffix(upper, "S"); ok && isInitialism(stem) {
		return stem + "s"
	}
	return ""
}

func isInitialism(upper string) bool {
	switch upper {
	case "ACL", "API", "ASCII", "CPU", "CSS", "CSV", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP",
		"JSON", "JWT", "PDF", "QPS", "RAM", "RPC", "SLA", "SMS", "SMTP", "SQL", "SSH", "SVG", "TCP", "TLS", "TTL",
		"UDP", "UI", "UID", "URI", "URL", "UTF8", "UUID", "VM", "XML", "XMPP", "XSRF", "XSS":
		return true
	}
	return false
}

// goWord writes a word with the capital that Go's names have.
func goWord(word string) string {
	if up := initialism(word); up != "" {
		return up
	}
	runes := []rune(word)
	runes[0] = unicode.ToTitle(runes[0])
	if !unicode.IsUpper(runes[0]) && unicode.IsUpper(unicode.ToUpper(runes[0])) {
		runes[0] = unicode.ToUpper(runes[0])
	}
	return string(runes)
}

// joinWords writes words as one camel-case name, in which two digits that
// belong to different words stay apart.
func joinWords(words []string) string {
	var b strings.Builder
	digit := false
	for _, w := range words {
		g := []rune(goWord(w))
		if digit && unicode.IsDigit(g[0]) {
			b.WriteByte('_')
		}
		b.WriteString(string(g))
		digit = unicode.IsDigit(g[len(g)-1])
	}
	return b.String()
}

// goName returns the exported Go identifier for any name: "userId" is UserID,
// "2fa" is X2fa.
func goName(name string) string {
	id := joinWords(splitWords(name))
	if id == "" {
		return "X"
	}
	if first := []rune(id)[0]; !unicode.IsUpper(first) {
		return "X" + id
	}
	return id
}

// typeName returns the record's Go type for a service: "userRoles" is UserRole.
func typeName(service string) string {
	words := splitWords(service)
	if len(words) == 0 {
		return "X"
	}
	last := len(words) - 1
	words[last] = singular(words[last])
	return goName(strings.Join(words, " "))
}

// snake returns a name's words in lower case with _ between them.
func snake(name string) string {
	words := splitWords(name)
	for i, w := range words {
		words[i] = asciiFold(strings.ToLower(w))
	}
	return strings.Join(words, "_")
}

// article returns what stands before a Go type in prose.
func article(typ string) string {
	words := splitWords(typ)
	first := words[0]
	if len(first) > 1 && first == strings.ToUpper(first) || len(first) == 1 || strings.HasPrefix(first, "X") {
		// Spelled letter by letter: an HTML page, a URL.
		if strings.ContainsRune("AEFHILMNORSX", rune(first[0])) {
			return "an"
		}
		return "a"
	}
	lower := strings.ToLower(first)
	for _, vowel := range []string{"hour", "honest", "honor", "honour", "heir"} {
		if strings.HasPrefix(lower, vowel) {
			return "an"
		}
	}
	for _, consonant := range []string{"uni", "use", "usa", "usu", "uti", "eu", "ewe", "one", "once"} {
		if strings.HasPrefix(lower, consonant) && !strings.HasPrefix(lower, "unin") {
			return "a"
		}
	}
	if strings.ContainsRune("aeiou", []rune(asciiFold(lower) + "x")[0]) {
		return "an"
	}
	return "a"
}
