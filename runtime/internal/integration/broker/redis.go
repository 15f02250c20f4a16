package broker

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

// A Redis is a Redis server of a test's own.
type Redis struct{ server }

// StartRedis starts a server that forgets nothing when it is killed, unless
// args, which are options of the server's command, say else: "--appendonly",
// "no". It ends with the test.
func StartRedis(t testing.TB, args ...string) *Redis {
	t.Helper()
	command, dir, port := need.Command(t, "redis-server"), t.TempDir(), freePort(t)
	r := &Redis{server{
		command: command, addr: local(port), ready: "Ready to accept connections",
		args: append([]string{
			"--bind", "127.0.0.1", "--port", port, "--dir", dir,
			"--appendonly", "yes", "--save", "",
		}, args...),
	}}
	t.Cleanup(r.Kill)
	r.Start(t)
	return r
}

// URL returns the server's address as clients take it.
func (r *Redis) URL() string { return "redis://" + r.Addr() + "/0" }
