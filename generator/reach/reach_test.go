package reach_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/reach"
)

// serve answers each connection with an answer a line or a hello that it
// reads, and returns its address.
func serve(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			talk(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

// after answers once it has read n bytes.
func after(n int64, answer string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = io.CopyN(io.Discard, conn, n)
		_, _ = io.WriteString(conn, answer)
	}
}

// redisServer wants a password before it answers.
func redisServer(password string) func(net.Conn) {
	return func(conn net.Conn) {
		r, in := bufio.NewReader(conn), password == ""
		var args []string
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			args = append(args, strings.TrimSpace(line))
			switch {
			case args[len(args)-1] == "PING" && in:
				_, _ = io.WriteString(conn, "+PONG\r\n")
			case args[len(args)-1] == "PING":
				_, _ = io.WriteString(conn, "-NOAUTH Authentication required.\r\n")
			case len(args) > 2 && args[2] == "AUTH" && len(args) == 5:
				if in = args[4] == password; in {
					_, _ = io.WriteString(conn, "+OK\r\n")
				} else {
					_, _ = io.WriteString(conn, "-WRONGPASS invalid username-password pair\r\n")
				}
				args = nil
			}
		}
	}
}

func TestServer(t *testing.T) {
	t.Parallel()
	open, closed := redisServer(""), redisServer("secret")
	start := "\x01\x00\x00\x00\x00\x01\x00\x00\x0a\x00\x0a"
	for name, tt := range map[string]struct {
		url  string // ADDR is the server's
		talk func(net.Conn)
		want string // of the answer or of the error
	}{
		"Redis":                          {"redis://ADDR/0", open, "Redis at ADDR"},
		"Redis with a password":          {"redis://:secret@ADDR/0", closed, "Redis at ADDR"},
		"Redis that wants one":           {"redis://ADDR/0", closed, "Redis at ADDR: it says NOAUTH"},
		"Redis that wants another":       {"redis://:secret2@ADDR/0", closed, "Redis at ADDR: it says WRONGPASS"},
		"the second node of a Cluster":   {"redis+cluster://127.0.0.1:1,ADDR", open, "Redis at ADDR"},
		"a Sentinel with a user":         {"redis+sentinel://u:secret@ADDR/0?master=m", closed, "Redis Sentinel at ADDR"},
		"RabbitMQ":                       {"amqp://guest:secret@ADDR/", after(8, start), "RabbitMQ at ADDR"},
		"another version of AMQP":        {"amqp://guest:secret@ADDR/", after(8, "AMQP\x00\x01\x00\x00"), "not as such a server"},
		"PostgreSQL":                     {"postgres://u:secret@ADDR/db", after(8, "S"), "PostgreSQL at ADDR"},
		"MySQL":                          {"mysql://u:secret@ADDR/db", after(0, "\x4a\x00\x00\x00\x0a8.4"), "MySQL at ADDR"},
		"MySQL with too many clients":    {"mysql://u:secret@ADDR/db", after(0, "\x4a\x00\x00\x00\xff"), "it refuses the connection"},
		"a web server":                   {"redis://ADDR", after(14, "HTTP/1.1 400 Bad Request\r\n"), "not as such a server"},
		"somebody who hangs up":          {"postgres://ADDR", after(8, ""), "not as such a server"},
		"TLS with one who knows of none": {"rediss://u:secret@ADDR/0", after(5, "-ERR what\r\n"), "tls: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, tt.talk)
			got, err := reach.Server(t.Context(), strings.ReplaceAll(tt.url, "ADDR", addr))
			if err != nil {
				got = err.Error()
			}
			if want := strings.ReplaceAll(tt.want, "ADDR", addr); !strings.Contains(got, want) {
				t.Errorf("Server = %q, want %q in it", got, want)
			}
			if strings.Contains(got, "secret") {
				t.Errorf("Server tells the password: %q", got)
			}
		})
	}
}

func TestWhatCanNotBeAsked(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"redis://127.0.0.1:1":           "refused",
		"redis://":                      "no host and port",
		"redis://:6379":                 "no host and port",
		"redis://u:sec%ret@127.0.0.1:1": "user and password can not be read",
	} {
		if _, err := reach.Server(t.Context(), url); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sec%ret") {
			t.Errorf("Server(%s): error %v, want %q in it and no secret", url, err, want)
		}
	}
	if _, err := reach.Server(t.Context(), "kafka://127.0.0.1"); !errors.Is(err, reach.ErrScheme) {
		t.Errorf("Server(kafka): error %v, want ErrScheme", err)
	}
}
