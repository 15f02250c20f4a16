package model

import (
	"go/token"
	"strings"
)

// packageSuffix is put behind a service's name that can not be a package.
const packageSuffix = "svc"

// packageName returns the Go package for a service: lower-case ASCII letters
// and digits. It is "" for a name that has neither.
func packageName(service, static string) string {
	var b strings.Builder
	for _, r := range asciiFold(strings.ToLower(service)) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	name := b.String()
	switch {
	case name == "":
		return ""
	case name[0] >= '0' && name[0] <= '9':
		name = "x" + name
	}
	if reservedPackage(name) || name == static {
		return name + packageSuffix
	}
	return name
}

// reservedPackage reports whether the generated code already uses a name, or
// Go does.
func reservedPackage(name string) bool {
	// One and two letters are what variables are called.
	if len(name) <= 2 || token.IsKeyword(name) || isDeviceName(name) {
		return true
	}
	switch name {
	// what Go itself declares
	case "any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex", "complex128", "complex64", "copy",
		"delete", "error", "false", "float32", "float64", "imag", "int", "int16", "int32", "int64", "int8", "iota", "len",
		"make", "max", "min", "new", "nil", "panic", "print", "println", "real", "recover", "rune", "string", "true", "uint",
		"uint16", "uint32", "uint64", "uint8", "uintptr":
		return true
	// packages of the standard library that generated code uses
	case "bytes", "context", "embed", "errors", "fmt", "http", "httptest", "io", "json", "log", "maps", "net", "os",
		"regexp", "signal", "slices", "slog", "sort", "strconv", "strings", "sync", "syscall", "testing", "time", "url":
		return true
	// packages of the runtime
	case "auth", "bus", "cluster", "featherssync", "health", "jsonio", "lifecycle", "local", "memory", "metrics", "mysql", "postgres",
		"password", "primus", "query", "rabbitmq", "record", "redis", "rest", "runtime", "server", "socketio", "sqlite",
		"static", "store", "transport", "typed":
		return true
	// packages and files of the project itself
	case "app", "apptest", "cmd", "config", "control", "data", "gen", "internal", "main", "model", "service", "services",
		"testdata", "vendor":
		return true
	// names that generated functions give their variables
	case "args", "broker", "call", "cfg", "conn", "ctx", "custom", "database", "dst", "err", "events", "files", "hooks", "init",
		"logger", "mux", "next", "node", "params", "publish", "ready", "rec", "register", "req", "res", "result", "run", "schema", "serve",
		"sockets", "src", "stop":
		return true
	}
	return false
}

// isDeviceName reports whether Windows would open a device by that name.
func isDeviceName(name string) bool {
	switch strings.ToLower(name) {
	case "con", "prn", "aux", "nul":
		return true
	}
	if len(name) != 4 {
		return false
	}
	stem := strings.ToLower(name[:3])
	return (stem == "com" || stem == "lpt") && name[3] >= '0' && name[3] <= '9'
}

// fileName returns the base name of a record's file. The go command reads the
// end of a name as a condition: those parts lose the _ in front of them.
func fileName(typ string) string {
	name := snake(typ)
	parts := strings.Split(name, "_")
	for _, part := range parts[1:] {
		if part == "test" || isPlatform(part) {
			return strings.ReplaceAll(name, "_", "")
		}
	}
	if isDeviceName(name) || name == "" {
		return "record" + name
	}
	return name
}

// isPlatform reports whether a word is a GOOS or GOARCH, past ones included.
func isPlatform(word string) bool {
	switch word {
	case "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
		"openbsd", "plan9", "solaris", "unix", "wasip1", "windows", "zos":
		return true
	case "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64",
		"mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc",
		"sparc64", "wasm":
		return true
	}
	return false
}

// asciiFold replaces the Latin letters with marks by the plain ones, as far as
// package and file names need it. What it does not know stays.
func asciiFold(lower string) string { return latin.Replace(lower) }

var latin = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ā", "a", "ă", "a", "ą", "a", "æ", "ae",
	"ç", "c", "ć", "c", "č", "c", "ď", "d", "đ", "d", "ð", "d",
	"è", "e", "é", "e", "ê", "e", "ë", "e", "ē", "e", "ė", "e", "ę", "e", "ě", "e", "ğ", "g", "ģ", "g",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ī", "i", "į", "i", "ı", "i", "ķ", "k", "ĺ", "l", "ľ", "l", "ł", "l", "ļ", "l",
	"ñ", "n", "ń", "n", "ň", "n", "ņ", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o", "ő", "o", "ō", "o", "œ", "oe",
	"ŕ", "r", "ř", "r", "ś", "s", "š", "s", "ş", "s", "ș", "s", "ß", "ss", "ť", "t", "ţ", "t", "ț", "t", "þ", "th",
	"ù", "u", "ú", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ű", "u", "ų", "u", "ý", "y", "ÿ", "y", "ź", "z", "ż", "z", "ž", "z",
)
