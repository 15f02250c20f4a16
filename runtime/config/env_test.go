package config_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/config"
)

func env(vars map[string]string) *config.Env {
	return config.NewEnv(func(name string) (string, bool) {
		v, ok := vars[name]
		return v, ok
	})
}

func TestUnsetAndEmptySettingsTakeTheirDefaults(t *testing.T) {
	t.Parallel()
	e := env(map[string]string{"HOST": ""})
	if got := e.String("HOST", "127.0.0.1"); got != "127.0.0.1" {
		t.Errorf("String(HOST) = %q, want the default", got)
	}
	if got := e.Int("PORT", 3030, 0, 65535); got != 3030 {
		t.Errorf("Int(PORT) = %d, want the default", got)
	}
	if got := e.Duration("STOP_TIMEOUT", time.Second); got != time.Second {
		t.Errorf("Duration(STOP_TIMEOUT) = %v, want the default", got)
	}
	if err := e.Err(); err != nil {
		t.Errorf("Err() = %v, want nil", err)
	}
}

func TestSettingsAreConverted(t *testing.T) {
	t.Parallel()
	e := env(map[string]string{"PORT": "0", "STOP_TIMEOUT": "1m30s", "LOG_LEVEL": "debug"})
	if got := e.Int("PORT", 3030, 0, 65535); got != 0 {
		t.Errorf("Int(PORT) = %d, want 0", got)
	}
	if got := e.Duration("STOP_TIMEOUT", time.Second); got != 90*time.Second {
		t.Errorf("Duration(STOP_TIMEOUT) = %v, want 1m30s", got)
	}
	if got := e.OneOf("LOG_LEVEL", "info", "debug", "info"); got != "debug" {
		t.Errorf("OneOf(LOG_LEVEL) = %q, want debug", got)
	}
	if err := e.Err(); err != nil {
		t.Errorf("Err() = %v, want nil", err)
	}
}

func TestAllMistakesAreReportedTogether(t *testing.T) {
	t.Parallel()
	e := env(map[string]string{"PORT": "70000", "STOP_TIMEOUT": "-1s", "LOG_LEVEL": "loud"})
	e.Int("PORT", 3030, 0, 65535)
	e.Duration("STOP_TIMEOUT", time.Second)
	e.OneOf("LOG_LEVEL", "info", "debug", "info")
	want := `environment variable PORT: "70000" is not a whole number from 0 to 65535
environment variable STOP_TIMEOUT: "-1s" is not a duration such as 10s or 1m30s
environment variable LOG_LEVEL: "loud" is not one of debug, info`
	if err := e.Err(); err == nil || err.Error() != want {
		t.Errorf("Err() = %v, want %s", err, want)
	}
}

func TestLoggerWritesJSONToAFileFromItsLevelOn(t *testing.T) {
	t.Parallel()
	e := env(map[string]string{"LOG_LEVEL": "warn", "OTHER": "loud"})
	level := e.Level("LOG_LEVEL", slog.LevelInfo)
	if other := e.Level("OTHER", slog.LevelInfo); level != slog.LevelWarn || other != slog.LevelInfo || e.Err() == nil {
		t.Errorf("Level = %v and %v with %v, want WARN, INFO and an error", level, other, e.Err())
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	log := config.NewLogger(out, level)
	log.Info("quiet")
	log.Warn("heard")
	text, err := os.ReadFile(out.Name())
	if got := string(text); err != nil || strings.Count(got, "\n") != 1 || !strings.Contains(got, `"msg":"heard"`) {
		t.Errorf("logged %q, %v; want one JSON line", got, err)
	}
}

func TestBytes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"1": 1, "1000000": 1_000_000, "20B": 20, "512KB": 512_000, "512KiB": 512 << 10, "1MB": 1_000_000, "10MiB": 10 << 20,
		"2GB": 2_000_000_000, "1GiB": 1 << 30, "2147483647": 1<<31 - 1,
	} {
		e := env(map[string]string{"MAX_BODY": text})
		if got := e.Bytes("MAX_BODY", 7); got != want || e.Err() != nil {
			t.Errorf("Bytes(%q) = %d, %v, want %d", text, got, e.Err(), want)
		}
	}
	for _, text := range []string{
		"0", "-1", "1.5MB", "MB", "1 MB", "1mb", "3GB", "2GiB", "2147483648", "99999999999999999999", "9223372036854775807KB", "1TB", "1MBB", "0x10", "∞",
	} {
		e := env(map[string]string{"MAX_BODY": text})
		if got := e.Bytes("MAX_BODY", 7); got != 7 || e.Err() == nil {
			t.Errorf("Bytes(%q) = %d, %v, want an error", text, got, e.Err())
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	e := env(map[string]string{"RATE": "often", "OTHER": "20/s"})
	convert := func(s string) (int, error) {
		n, _, ok := strings.Cut(s, "/")
		if !ok {
			return 0, errors.New("not a rate")
		}
		return len(n), nil
	}
	for name, want := range map[string]int{"RATE": 7, "OTHER": 2, "UNSET": 7} {
		if got := config.Parse(e, name, 7, convert); got != want {
			t.Errorf("Parse(%s) = %d, want %d", name, got, want)
		}
	}
	if err := e.Err(); err == nil || err.Error() != "environment variable RATE: not a rate" {
		t.Errorf("Err() = %v", err)
	}
}
