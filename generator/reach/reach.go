// Package reach asks brokers and databases whether they answer, by the first
// words of their protocols: no driver is linked for it.
package reach

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// timeout bounds the talk with one host.
const timeout = 5 * time.Second

// ErrScheme is returned for a URL whose scheme is of no known server.
var ErrScheme = errors.New("no known broker or database has such a URL")

// A scheme is what a URL's begin says of the server.
type scheme struct {
	name  string // of the server, for people
	port  string
	tls   bool
	greet func(net.Conn, *url.Userinfo) error
}

var schemes = map[string]scheme{
	"redis":           {"Redis", "6379", false, redis},
	"rediss":          {"Redis", "6379", true, redis},
	"redis+cluster":   {"Redis", "6379", false, redis},
	"rediss+cluster":  {"Redis", "6379", true, redis},
	"redis+sentinel":  {"Redis Sentinel", "26379", false, sentinel},
	"rediss+sentinel": {"Redis Sentinel", "26379", true, sentinel},
	"amqp":            {"RabbitMQ", "5672", false, amqp},
	"amqps":           {"RabbitMQ", "5671", true, amqp},
	"postgres":        {"PostgreSQL", "5432", false, postgres},
	"postgresql":      {"PostgreSQL", "5432", false, postgres},
	"mysql":           {"MySQL", "3306", false, mysql},
}

// Server asks the hosts that a URL names, one after the other, until one
// answers as it should. It returns what is there, "Redis at 127.0.0.1:6379".
// Neither that nor the error tells the URL's user or password.
func Server(ctx context.Context, raw string) (string, error) {
	s, hosts, user, err := parse(raw)
	if err != nil {
		return "", err
	}
	var errs []error
	for _, addr := range hosts {
		if err := s.ask(ctx, addr, user); err != nil {
			errs = append(errs, fmt.Errorf("%s at %s: %w", s.name, addr, err))
			continue
		}
		return s.name + " at " + addr, nil
	}
	return "", errors.Join(errs...)
}

// parse splits a URL, which unlike others may name several hosts.
func parse(raw string) (s scheme, hosts []string, user *url.Userinfo, err error) {
	name, rest, _ := strings.Cut(raw, "://")
	s, ok := schemes[name]
	if !ok {
		return s, nil, nil, ErrScheme
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	login, list := "", rest
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		login, list = rest[:i+1], rest[i+1:]
	}
	u, err := url.Parse("x://" + login + "host")
	if err != nil {
		return s, nil, nil, errors.New("user and password can not be read; %40 stands for @, %2F for / and so on")
	}
	for addr := range strings.SplitSeq(list, ",") {
		if host, port, err := net.SplitHostPort(addr); err == nil && host != "" && port != "" {
			hosts = append(hosts, addr)
			continue
		}
		if addr == "" || strings.HasSuffix(addr, ":") || strings.Count(addr, ":") > 0 && !strings.HasSuffix(addr, "]") {
			return s, nil, nil, fmt.Errorf("%q is no host and port", addr)
		}
		hosts = append(hosts, net.JoinHostPort(strings.Trim(addr, "[]"), s.port))
	}
	return s, hosts, u.User, nil
}

// ask dials a host and lets the protocol say hello.
func (s scheme) ask(ctx context.Context, addr string, user *url.Userinfo) (err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := s.dial(ctx, addr)
	if err != nil {
		return withoutAddr(err)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := s.greet(conn, user); err != nil {
		return withoutAddr(err)
	}
	return nil
}

func (s scheme) dial(ctx context.Context, addr string) (net.Conn, error) {
	if s.tls {
		return (&tls.Dialer{Config: &tls.Config{MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp", addr)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", addr)
}

// withoutAddr leaves out the addresses that network errors repeat.
func withoutAddr(err error) error {
	var op *net.OpError
	if !errors.As(err, &op) {
		return err
	}
	if op.Timeout() {
		return errors.New("no answer in time")
	}
	return op.Err
}
