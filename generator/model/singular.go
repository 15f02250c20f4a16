package model

import "strings"

// singular returns the singular of an English plural and other words as they
// are. The service's key "type" overrules it.
func singular(word string) string {
	lower := strings.ToLower(word)
	if s, ok := irregular(lower); ok {
		return matchCase(word, s)
	}
	if initialism(word) != "" {
		return strings.TrimSuffix(word, "s")
	}
	for _, rule := range [...]struct{ plural, singular string }{
		{"ss", "ss"}, {"us", "us"}, {"is", "is"},
		{"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"}, {"zzes", "zz"},
		{"ouses", "ouse"}, {"auses", "ause"}, {"uses", "us"}, {"oes", "o"},
	} {
		if strings.HasSuffix(lower, rule.plural) && len(lower) > len(rule.plural) {
			return word[:len(word)-len(rule.plural)] + rule.singular
		}
	}
	if strings.HasSuffix(lower, "ies") && len(lower) > 4 {
		return word[:len(word)-3] + "y"
	}
	if strings.HasSuffix(lower, "s") && len(lower) > 2 {
		return word[:len(word)-1]
	}
	return word
}

// irregular knows the words that the rules get wrong.
func irregular(lower string) (string, bool) {
	switch lower {
	case "people", "series", "species", "news", "data", "media", "sms", "gps", "dns", "https", "os", "ios",
		"analytics", "metrics", "settings", "lens", "alias", "atlas", "bias", "canvas", "gas", "sos":
		return lower, true
	case "children":
		return "child", true
	case "men":
		return "man", true
	case "women":
		return "woman", true
	case "mice":
		return "mouse", true
	case "feet":
		return "foot", true
	case "teeth":
		return "tooth", true
	case "indices":
		return "index", true
	case "vertices":
		return "vertex", true
	case "matrices":
		return "matrix", true
	case "criteria":
		return "criterion", true
	case "phenomena":
		return "phenomenon", true
	case "quizzes":
		return "quiz", true
	case "lives":
		return "life", true
	case "uses":
		return "use", true
	case "bonuses":
		return "bonus", true
	case "movies", "cookies", "selfies", "zombies", "calories", "rookies", "caches", "aches", "niches", "avalanches",
		"headaches", "shoes", "toes", "axes", "excuses":
		return lower[:len(lower)-1], true
	case "aliases", "atlases", "biases", "canvases", "gases", "lenses", "irises":
		return lower[:len(lower)-2], true
	case "analyses", "crises", "theses", "bases", "diagnoses", "hypotheses", "synopses":
		return lower[:len(lower)-2] + "is", true
	case "leaves", "wolves", "shelves", "halves", "calves", "loaves", "thieves":
		return lower[:len(lower)-3] + "f", true
	case "knives", "wives":
		return lower[:len(lower)-3] + "fe", true
	}
	return "", false
}

func matchCase(like, word string) string {
	if like == strings.ToUpper(like) {
		return strings.ToUpper(word)
	}
	return like[:1] + word[1:]
}
