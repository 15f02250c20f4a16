package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// interactive reports whether a person sits in front of the command: it reads
// from a terminal and writes to one.
func (c *cli) interactive(stdin io.Reader) bool {
	f, ok := stdin.(*os.File)
	return ok && isTerminal(f) && isTerminal(c.stdout)
}

// A prompt asks a person.
type prompt struct {
	in  *bufio.Reader
	out io.Writer
}

func newPrompt(in io.Reader, out io.Writer) *prompt {
	return &prompt{in: bufio.NewReader(in), out: out}
}

// errNoAnswer is the end of the input where an answer is wanted.
var errNoAnswer = errors.New("no answer; nothing more was done")

// ask returns a line, or what stands for an empty one.
func (p *prompt) ask(question, fallback string) (string, error) {
	if fallback != "" {
		question += " [" + fallback + "]"
	}
	fmt.Fprintf(p.out, "%s ", question)
	line, err := p.in.ReadString('\n')
	line = strings.TrimSpace(line)
	switch {
	case err != nil && line == "":
		fmt.Fprintln(p.out)
		return "", errNoAnswer
	case line == "":
		return fallback, nil
	}
	return line, nil
}

// yes asks until the answer is yes or no.
func (p *prompt) yes(question string, fallback bool) (bool, error) {
	word := "no"
	if fallback {
		word = "yes"
	}
	for {
		answer, err := p.ask(question, word)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(answer) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		fmt.Fprintln(p.out, "Please answer yes or no.")
	}
}
