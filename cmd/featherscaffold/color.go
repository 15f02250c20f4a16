package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// The styles of what is printed, as parameters of the terminal's SGR sequence.
const (
	styleError   = "1;31"
	styleCreate  = "32"
	styleChange  = "33"
	styleDelete  = "31"
	styleQuiet   = "2"
	styleCommand = "1"
)

func (c *cli) checkColor() error {
	switch c.color {
	case "auto", "always", "never":
		return nil
	}
	return fmt.Errorf("--color %s: want auto, always or never", c.color)
}

// colored reports whether what is written to w may have colour.
func (c *cli) colored(w io.Writer) bool {
	if c.color != "auto" {
		return c.color == "always"
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

func (c *cli) paint(w io.Writer, style, text string) string {
	if !c.colored(w) {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}
