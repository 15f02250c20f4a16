package main

import (
	"io"
	"strings"
)

// appName makes an app's name of a folder's: lower-case letters, digits and
// dashes, a letter first.
func appName(folder string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(folder) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if s := b.String(); s != "" && !strings.HasSuffix(s, "-") {
			b.WriteByte('-')
		}
	}
	name := strings.TrimRight(b.String(), "-")
	switch {
	case name == "":
		return "app"
	case name[0] >= '0' && name[0] <= '9':
		return "app-" + name
	}
	return name
}

// quietly returns a cli that prints nothing.
func (c *cli) quietly() *cli {
	return &cli{stdout: io.Discard, stderr: io.Discard, build: c.build, color: "never"}
}
