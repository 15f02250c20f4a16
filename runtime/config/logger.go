package config

import (
	"log/slog"
	"os"
)

// Level returns a log level: debug, info, warn or error.
func (e *Env) Level(name string, def slog.Level) slog.Level {
	return parse(e, name, def, "one of debug, info, warn, error", func(s string) (slog.Level, bool) {
		var l slog.Level
		err := l.UnmarshalText([]byte(s))
		return l, err == nil
	})
}

// NewLogger returns a logger that writes text to a terminal, and JSON, a line
// a record, to anything else.
func NewLogger(out *os.File, level slog.Level) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if info, err := out.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return slog.New(slog.NewTextHandler(out, o))
	}
	return slog.New(slog.NewJSONHandler(out, o))
}
