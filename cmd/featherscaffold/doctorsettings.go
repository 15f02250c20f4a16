package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/featherscaffold/featherscaffold/generator/dotenv"
	"github.com/featherscaffold/featherscaffold/generator/reach"
)

// settings checks the project's own settings, and what they point at. The
// example has all settings of the app with their defaults.
func (f *findings) settings(ctx context.Context, dir string, example []byte) {
	const check = "settings"
	own, err := readSettings(dir)
	if err != nil {
		f.fail(check, "see .env.example; values with special characters stand in single quotes",
			"%s", strings.ReplaceAll(err.Error(), "\n", "; "))
		return
	}
	known, _ := dotenv.Parse(example)
	switch {
	case len(own) > 0:
		f.ok(check, "%s in %s", count(len(own), "setting"), settingsName)
	default:
		f.ok(check, "no %s: the environment and the defaults", settingsName)
	}
	values := effective(known, own)
	f.port(values)
	for _, name := range []string{"SYNC_URL", "DATABASE_URL"} {
		if url := values[name]; url != "" {
			f.server(ctx, name, url)
		}
	}
	if database := values["DATABASE"]; strings.Contains(database, "://") {
		f.server(ctx, "DATABASE", database)
	} else if database != "" {
		f.file(dir, database)
	}
}

// effective returns the settings that an app would see: the defaults, below
// the environment, below .env. An empty one counts as not set.
func effective(known, own []dotenv.Setting) map[string]string {
	values := map[string]string{}
	for _, s := range known {
		values[s.Name] = cmp.Or(os.Getenv(s.Name), s.Value)
	}
	for _, s := range own {
		values[s.Name] = cmp.Or(s.Value, defaultOf(known, s.Name))
	}
	return values
}

func defaultOf(known []dotenv.Setting, name string) string {
	i := slices.IndexFunc(known, func(s dotenv.Setting) bool { return s.Name == name })
	if i < 0 {
		return ""
	}
	return known[i].Value
}

// port checks that the app could listen.
func (f *findings) port(values map[string]string) {
	const check = "port"
	addr := net.JoinHostPort(values["HOST"], values["PORT"])
	if _, err := strconv.ParseUint(values["PORT"], 10, 16); err != nil {
		f.fail(check, "set PORT to a number from 0 to 65535", "PORT is no port")
		return
	}
	l, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		_ = l.Close()
		f.ok(check, "%s is free", addr)
	case errors.Is(err, syscall.EADDRINUSE):
		f.warn(check, "fine if that is the app itself; else set another PORT", "something listens on %s", addr)
	default:
		f.fail(check, "set HOST and PORT to what this machine has", "can not listen on %s: %v", addr, errors.Unwrap(err))
	}
}

// server checks that a broker or a database answers.
func (f *findings) server(ctx context.Context, name, url string) {
	check := "broker"
	if strings.HasPrefix(name, "DATABASE") {
		check = "database"
	}
	what, err := reach.Server(ctx, url)
	switch {
	case errors.Is(err, reach.ErrScheme):
		f.warn(check, "see .env.example", "%s: %v", name, err)
	case err != nil:
		f.fail(check, "start it, or set "+name+" to where it is", "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
	default:
		f.ok(check, "%s answers", what)
	}
}

// sqliteHeader begins each file of SQLite that has been written to.
const sqliteHeader = "SQLite format 3\x00"

// file checks that a file of SQLite can be opened or made.
func (f *findings) file(dir, name string) {
	const check = "database"
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		f.newFile(name)
		return
	}
	if err != nil {
		f.fail(check, "let the app read and write it, or set DATABASE", "%v", err)
		return
	}
	defer func() { _ = file.Close() }()
	header, err := io.ReadAll(io.LimitReader(file, int64(len(sqliteHeader))))
	if err != nil || len(header) > 0 && string(header) != sqliteHeader {
		f.fail(check, "set DATABASE to another path", "%s is no file of SQLite", name)
		return
	}
	f.ok(check, "SQLite, %s", name)
}

// newFile checks that the app, which makes the folders, can make a file.
func (f *findings) newFile(name string) {
	dir := filepath.Dir(name)
	info, err := os.Stat(dir)
	for (errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		info, err = os.Stat(dir)
	}
	if err != nil || !info.IsDir() {
		f.fail("database", "set DATABASE to another path", "%s is no folder, which the path of SQLite's file needs", dir)
		return
	}
	f.ok("database", "SQLite; the app will make %s", name)
}
