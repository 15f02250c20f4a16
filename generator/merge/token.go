package merge

import (
	"go/scanner"
	"go/token"
	"strings"
)

// canonical returns the tokens of Go source, comments included, so that texts
// which gofmt makes equal are equal.
func canonical(src string) string {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", fset.Base(), len(src)), []byte(src), func(token.Position, string) {}, scanner.ScanComments)
	var out strings.Builder
	separator := "" // left out before a closing bracket, as layout decides
	for {
		_, tok, lit := s.Scan()
		switch tok {
		case token.EOF:
			return out.String()
		case token.SEMICOLON, token.COMMA:
			separator = tok.String()
			continue
		case token.RPAREN, token.RBRACE:
			separator = ""
		}
		out.WriteString(separator)
		separator = ""
		if lit == "" {
			lit = tok.String()
		}
		out.WriteString(lit)
		out.WriteByte('\n')
	}
}

// sameCode tells whether two texts are equal but for their layout.
func sameCode(a, b string) bool { return a == b || canonical(a) == canonical(b) }
