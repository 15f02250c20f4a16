package spec

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

var (
	yamlLine      = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	// unquotedList matches a list type that YAML takes for a list of its own.
	unquotedList = regexp.MustCompile(`[:,{] *(\[[^\[\]{}"'#,:]*\][!?(][^,}#]*)`)
	// unquotedMark matches a type with a question mark, which YAML does not
	// take within braces.
	unquotedMark = regexp.MustCompile(`[:,{] *([A-Za-z]+(?:\([^()]*\))?\?[^,}#"']*)`)
	// unquotedChannel matches a channel with a field in a list, where YAML takes
	// the brace for a mapping.
	unquotedChannel = regexp.MustCompile(`[\[,] *([^\[\]{},#"' ]+\{[^{}\[\],"']*\}[^,\]#"']*)`)
)

// syntaxError reports an error of the YAML reader. That one knows a line at
// best, and often that of an outer mapping, so the place and the usual causes
// are looked for here.
func (p *parser) syntaxError(err error) {
	match := yamlLine.FindStringSubmatch(err.Error())
	text := strings.TrimPrefix(err.Error(), match[0])
	if p.tabs() || p.unquotedTexts() {
		return
	}
	if m := unknownAnchor.FindStringSubmatch(text); m != nil {
		at := Span{Line: 1, Col: 1}
		if i := strings.Index(p.src.text, "*"+m[1]); i >= 0 {
			at = p.src.at(i)
		}
		p.reportAlias(at)
		return
	}
	line, _ := strconv.Atoi(match[1]) // 0 without a line
	line = p.errorLine(line, text)
	p.diags.Errorf(p.lineSpan(line), "yaml-syntax", "the YAML can not be read here: %s", text).Fix = yamlFix(text)
}

// errorLine corrects the line that the YAML reader gives: an error of its
// scanner has the right one, one of its parser that of what it was in.
func (p *parser) errorLine(line int, text string) int {
	switch {
	case strings.HasPrefix(text, "did not find expected ',' or"):
		line++
	case strings.HasPrefix(text, "did not find expected ") && !strings.Contains(text, "character"):
		line = p.failingLine()
	}
	return max(1, min(line, p.lastLine()))
}

// lastLine is the number of the last line that holds something.
func (p *parser) lastLine() int {
	n := len(p.src.starts)
	for n > 1 && strings.TrimSpace(p.src.line(n)) == "" {
		n--
	}
	return n
}

// failingLine feeds the text line by line to see where the reader gives up. It
// may have looked one line ahead.
func (p *parser) failingLine() int {
	whole := lineReader{text: p.src.text}
	if decodes(&whole) {
		return 1
	}
	before := lineReader{text: p.src.text, limit: whole.lines - 1}
	if !decodes(&before) {
		return whole.lines - 1
	}
	return whole.lines
}

func decodes(r io.Reader) bool {
	var n yaml.Node
	err := yaml.NewDecoder(r).Decode(&n)
	return err == nil || errors.Is(err, io.EOF)
}

// lineReader gives out a line a call and counts them.
type lineReader struct {
	text  string
	lines int
	limit int // of lines, 0 for all
}

func (r *lineReader) Read(buf []byte) (int, error) {
	if r.text == "" || r.limit > 0 && r.lines == r.limit {
		return 0, io.EOF
	}
	end := strings.IndexByte(r.text, '\n') + 1
	if end == 0 {
		end = len(r.text)
	}
	n := copy(buf, r.text[:end])
	r.text = r.text[n:]
	if n == end {
		r.lines++
	}
	return n, nil
}

// tabs reports the lines that are indented with tabs.
func (p *parser) tabs() bool {
	found := false
	for n := range p.src.starts {
		line := p.src.line(n + 1)
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		col := strings.IndexByte(indent, '\t')
		if col < 0 || indent == line || line[len(indent)] == '#' {
			continue
		}
		found = true
		p.diags.Errorf(Span{n + 1, col + 1, len(indent) + 1}, "tab-indent", "YAML is indented with spaces, not with tabs").
			Fix = "replace the tabs by spaces"
	}
	return found
}

// unquotedTexts reports what YAML reads as something else when it stands
// without quotes: [id]! anywhere, string? within braces, rooms/{room} in lists.
func (p *parser) unquotedTexts() bool {
	found := false
	for n := range p.src.starts {
		line := p.src.line(n + 1)
		if strings.HasPrefix(strings.TrimLeft(line, " "), "#") {
			continue
		}
		for _, m := range unquotedList.FindAllStringSubmatchIndex(line, -1) {
			text := line[m[2]:m[3]]
			found = p.unquoted(n+1, line[:m[2]], text, "YAML takes this bracket for a list, and then %s is too much",
				strings.TrimRight(text[strings.IndexByte(text, ']')+1:], " ")) || found
		}
		for _, m := range unquotedChannel.FindAllStringSubmatchIndex(line, -1) {
			if before := line[:m[2]]; strings.Count(before, "[") > strings.Count(before, "]") {
				found = p.unquoted(n+1, before, line[m[2]:m[3]], "YAML takes %s for a mapping", "{") || found
			}
		}
		for _, m := range unquotedMark.FindAllStringSubmatchIndex(line, -1) {
			if before := line[:m[2]]; strings.Count(before, "{") > strings.Count(before, "}") {
				found = p.unquoted(n+1, before, line[m[2]:m[3]], "YAML can not read %s within braces", "?") || found
			}
		}
	}
	return found
}

// unquoted reports the text that stands behind before, unless that is within
// quotes.
func (p *parser) unquoted(line int, before, text, reason, word string) bool {
	if strings.Count(before, `"`)%2 != 0 {
		return false
	}
	text = strings.TrimRight(text, " ")
	col := utf8.RuneCountInString(before) + 1
	p.diags.Errorf(Span{line, col, col + utf8.RuneCountInString(text)}, "yaml-syntax", reason, Quote(word)).
		Fix = `put it in quotes: "` + text + `"`
	return true
}

func (p *parser) lineSpan(line int) Span {
	text := p.src.line(line)
	trimmed := strings.TrimLeft(text, " ")
	col := len(text) - len(trimmed) + 1
	return Span{line, col, col + utf8.RuneCountInString(strings.TrimRight(trimmed, " "))}
}

// yamlFix returns the usual cause of a message of the YAML reader.
func yamlFix(text string) string {
	switch {
	case strings.Contains(text, "mapping values are not allowed"):
		return "check the indentation here and above; put a text that holds a colon and a space in quotes"
	case strings.Contains(text, "cannot start any token"):
		return "put a text that begins with a special character in quotes"
	case strings.Contains(text, "did not find expected ',' or"):
		return "close the bracket, or separate the items by commas"
	case strings.Contains(text, "could not find expected ':'"):
		return "write name: value, with a space behind the colon"
	case strings.Contains(text, "found unexpected end of stream"):
		return "close the quote"
	case strings.Contains(text, "escape character"):
		return `write \\ for a backslash, or use single quotes`
	case strings.Contains(text, "exceeded max depth"):
		return "a spec needs fewer than ten levels: check the brackets"
	}
	return "check the indentation against the lines above; put a text with special characters in quotes"
}
