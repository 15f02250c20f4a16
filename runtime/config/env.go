// Package config reads typed settings from the environment. Generated code
// lists an app's settings; this package converts them and gathers what is
// wrong, so that one start shows all mistakes.
package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Env reads settings from an environment. It is not safe for concurrent
// use.
type Env struct {
	lookup func(name string) (string, bool)
	errs   []error
}

// NewEnv returns an Env over a function such as os.LookupEnv.
func NewEnv(lookup func(name string) (string, bool)) *Env { return &Env{lookup: lookup} }

// Err returns what was wrong with the settings read so far, one line each,
// nil for nothing.
func (e *Env) Err() error { return errors.Join(e.errs...) }

// String returns a setting, or def when it is not set or empty.
func (e *Env) String(name, def string) string {
	if v, ok := e.lookup(name); ok && v != "" {
		return v
	}
	return def
}

// Int returns a whole number from low to high, both included.
func (e *Env) Int(name string, def, low, high int) int {
	return parse(e, name, def, fmt.Sprintf("a whole number from %d to %d", low, high), func(s string) (int, bool) {
		n, err := strconv.Atoi(s)
		return n, err == nil && n >= low && n <= high
	})
}

// Duration returns a positive duration, written as in 10s or 1m30s.
func (e *Env) Duration(name string, def time.Duration) time.Duration {
	return parse(e, name, def, "a duration such as 10s or 1m30s", func(s string) (time.Duration, bool) {
		d, err := time.ParseDuration(s)
		return d, err == nil && d > 0
	})
}

// Parse returns a setting that convert reads, whose error has to tell what is
// wrong. Text that is a secret should not be in it.
func Parse[T any](e *Env, name string, def T, convert func(string) (T, error)) T {
	s := e.String(name, "")
	if s == "" {
		return def
	}
	v, err := convert(s)
	if err != nil {
		e.errs = append(e.errs, fmt.Errorf("environment variable %s: %w", name, err))
		return def
	}
	return v
}

// OneOf returns one of a few words.
func (e *Env) OneOf(name, def string, words ...string) string {
	return parse(e, name, def, "one of "+strings.Join(words, ", "), func(s string) (string, bool) {
		for _, w := range words {
			if s == w {
				return w, true
			}
		}
		return "", false
	})
}

func parse[T any](e *Env, name string, def T, want string, convert func(string) (T, bool)) T {
	return Parse(e, name, def, func(s string) (T, error) {
		v, ok := convert(s)
		if !ok {
			return v, fmt.Errorf("%q is not %s", s, want)
		}
		return v, nil
	})
}
