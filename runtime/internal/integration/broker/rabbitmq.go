package broker

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

// A RabbitMQ is a RabbitMQ node of a test's own, without plugins.
type RabbitMQ struct{ server }

// StartRabbitMQ starts a node, which takes some seconds. It ends with the test.
func StartRabbitMQ(t testing.TB) *RabbitMQ {
	t.Helper()
	r := newRabbitMQ(t, t.TempDir())
	t.Cleanup(r.Kill)
	r.Start(t)
	return r
}

// URL returns the node's address as clients take it.
func (r *RabbitMQ) URL() string { return "amqp://guest:guest@" + r.Addr() + "/" }

// newRabbitMQ returns a node that is yet to be started, with all its files in
// dir. It talks to no other node, so that it needs no port mapper, which would
// go on when the node has ended.
func newRabbitMQ(t testing.TB, dir string) *RabbitMQ {
	t.Helper()
	port := freePort(t)
	return &RabbitMQ{server{
		command: rabbitCommand(t), addr: local(port), ready: "Server startup complete",
		env: []string{
			"HOME=" + dir, // of the cookie
			"RABBITMQ_NODENAME=test@localhost",
			"RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
			"RABBITMQ_NODE_PORT=" + port,
			"RABBITMQ_MNESIA_BASE=" + filepath.Join(dir, "data"),
			"RABBITMQ_LOG_BASE=" + filepath.Join(dir, "log"),
			"RABBITMQ_LOGS=-", // the output
			"RABBITMQ_PID_FILE=" + filepath.Join(dir, "pid"),
			// These do not exist; without them, those of the machine count.
			"RABBITMQ_CONF_ENV_FILE=" + filepath.Join(dir, "environment"),
			"RABBITMQ_CONFIG_FILE=" + filepath.Join(dir, "rabbitmq"),
			"RABBITMQ_ADVANCED_CONFIG_FILE=" + filepath.Join(dir, "advanced"),
			"RABBITMQ_ENABLED_PLUGINS_FILE=" + filepath.Join(dir, "plugins"),
			"RABBITMQ_ALLOW_INPUT=1", // has the script become the node, and no parent of it
			"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-noinput -sname test@localhost -start_epmd false -erl_epmd_port " + freePort(t) +
				" -kernel inet_dist_use_interface {127,0,0,1}",
		},
	}}
}

// rabbitCommand returns the script that runs as whoever calls it. What Debian
// has in the path changes to a user of its own.
func rabbitCommand(t testing.TB) string {
	t.Helper()
	const script = "/usr/lib/rabbitmq/bin/rabbitmq-server"
	if _, err := os.Stat(script); err == nil {
		return script
	}
	return need.Command(t, "rabbitmq-server")
}
