package main

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// A broker carries events between instances.
type broker struct {
	name string
	url  string
	*process
}

// brokerKinds are the brokers that instances are measured with, in their order.
var brokerKinds = []brokerKind{
	{"redis", "redis://%s/0", "PING\r\n", redisProgram, redisCommand},
	{"rabbitmq", "amqp://guest:guest@%s/", "AMQP\x00\x00\x09\x01", rabbitProgram, rabbitCommand},
}

type brokerKind struct {
	name    string
	url     string // with %s for the address
	hello   string // a greeting that is answered
	program func() (string, error)
	// command returns the command line and environment of a broker that listens
	// on port, or on both where it needs two, with its data in an empty folder.
	command func(program string, port, second int, dir string) (args, env []string)
}

// startBroker starts a broker that only this program uses.
func (b *bench) startBroker(ctx context.Context, k brokerKind) (*broker, error) {
	program, err := k.program()
	if err != nil {
		return nil, err
	}
	port, second := b.freePort(), b.freePort()
	addr := "127.0.0.1:" + strconv.Itoa(port)
	p, err := b.launch(ctx, sharedCPUs, func(dir string) (args, env []string) {
		return k.command(program, port, second, dir)
	}, func(ctx context.Context) error { return untilSpeaks(ctx, addr, k.hello) })
	if err != nil {
		return nil, fmt.Errorf("it does not start: %w", err)
	}
	return &broker{k.name, fmt.Sprintf(k.url, addr), p}, nil
}

func redisProgram() (string, error) { return exec.LookPath("redis-server") }

// redisCommand has what is published kept, as it should be where it is not to
// be lost.
func redisCommand(program string, port, _ int, dir string) (args, env []string) {
	return []string{program, "--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "everysec"}, nil
}

// rabbitProgram finds the server's own script. What Debian has in the PATH is
// a wrapper that changes the user.
func rabbitProgram() (string, error) {
	if program, err := exec.LookPath("/usr/lib/rabbitmq/bin/rabbitmq-server"); err == nil {
		return program, nil
	}
	return exec.LookPath("rabbitmq-server")
}

// rabbitCommand is that of a node that shares nothing with others of the
// machine. It talks to none, so that it needs no port mapper, which would go on
// when the node has ended.
func rabbitCommand(program string, port, second int, dir string) (args, env []string) {
	node := "bench" + strconv.Itoa(port) + "@localhost"
	return []string{program}, []string{
		"HOME=" + dir, // of the cookie
		"RABBITMQ_NODENAME=" + node,
		"RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
		"RABBITMQ_NODE_PORT=" + strconv.Itoa(port),
		"RABBITMQ_MNESIA_BASE=" + filepath.Join(dir, "data"),
		"RABBITMQ_LOG_BASE=" + filepath.Join(dir, "logs"),
		"RABBITMQ_LOGS=-", // the output
		"RABBITMQ_PID_FILE=" + filepath.Join(dir, "pid"),
		// These do not exist; without them, those of the machine count.
		"RABBITMQ_CONF_ENV_FILE=" + filepath.Join(dir, "environment"),
		"RABBITMQ_CONFIG_FILE=" + filepath.Join(dir, "rabbitmq"),
		"RABBITMQ_ADVANCED_CONFIG_FILE=" + filepath.Join(dir, "advanced"),
		"RABBITMQ_ENABLED_PLUGINS_FILE=" + filepath.Join(dir, "plugins"),
		"RABBITMQ_ALLOW_INPUT=1", // has the script become the node, and no parent of it
		// Without busy waiting, which would take CPU time that servers need.
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-noinput -sname " + node + " -start_epmd false -erl_epmd_port " + strconv.Itoa(second) +
			" -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
	}
}

// untilSpeaks waits until a server answers a greeting of its protocol.
func untilSpeaks(ctx context.Context, addr, hello string) error {
	return until(ctx, func() error {
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err != nil {
			return err
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
			return err
		}
		if _, err := conn.Write([]byte(hello)); err != nil {
			return err
		}
		_, err = conn.Read(make([]byte, 1))
		return err
	})
}
