package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// A server is how to find the one that has the data.
type server struct {
	kind   kind
	hosts  []string // with ports
	user   user
	master string // what Sentinels call it
	guard  user   // of the Sentinels
	dialer interface {
		DialContext(ctx context.Context, network, addr string) (net.Conn, error)
	}
	attempts atomic.Uint32
}

// A kind is what the hosts of a URL are.
type kind int

const (
	single kind = iota
	sentinel
	cluster
)

// A user is whom a connection is for.
type user struct {
	name, password string
	db             int
}

var errIsCluster = errors.New("the server is a node of a Cluster: its URL begins with redis+cluster:// or rediss+cluster://")

// maxMoves bounds how often one node of a Cluster sends us on to another.
const maxMoves = 5

// connect returns a connection on which probe succeeds. Each attempt begins
// with another host, so that one that is wedged, or knows old things, does not
// stand in the way for long.
func (s *server) connect(ctx context.Context, probe func(context.Context, *link) error) (*link, error) {
	first := int(s.attempts.Add(1))
	var errs []error
	for i := range s.hosts {
		l, err := s.via(ctx, s.hosts[(first+i)%len(s.hosts)], probe)
		if err == nil {
			return l, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

func (s *server) via(ctx context.Context, host string, probe func(context.Context, *link) error) (*link, error) {
	switch s.kind {
	case sentinel:
		addr, err := s.ask(ctx, host)
		if err != nil {
			return nil, err
		}
		return s.open(ctx, addr, probe)
	case cluster:
		return s.follow(ctx, host, probe)
	default:
		l, err := s.open(ctx, host, probe)
		if _, moved := redis.IsMovedError(err); moved {
			return nil, errIsCluster
		}
		return l, err
	}
}

// ask asks a Sentinel for the address of the server.
func (s *server) ask(ctx context.Context, host string) (string, error) {
	l, err := s.dial(ctx, host, s.guard)
	if err != nil {
		return "", err
	}
	defer l.close()
	defer l.until(ctx)()
	addr, err := l.Do(ctx, "sentinel", "get-master-addr-by-name", s.master).StringSlice()
	switch {
	case errors.Is(err, redis.Nil):
		return "", fmt.Errorf("%s: this Sentinel knows no master %q", host, s.master)
	case err != nil:
		return "", l.explain(ctx, err)
	case len(addr) != 2:
		return "", fmt.Errorf("%s: this is no Sentinel", host)
	}
	return net.JoinHostPort(addr[0], addr[1]), nil
}

// follow goes to the node of a Cluster that has the key.
func (s *server) follow(ctx context.Context, host string, probe func(context.Context, *link) error) (*link, error) {
	for range maxMoves {
		l, err := s.open(ctx, host, probe)
		to, moved := redis.IsMovedError(err)
		if !moved {
			return l, err
		}
		host = elsewhere(host, to)
	}
	return nil, errors.New("the nodes of the Cluster do not agree who has the key")
}

// elsewhere returns where a node says that the key is. It leaves its own host
// out when it does not know how it is called.
func elsewhere(node, addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || host != "" && host != "?" {
		return addr
	}
	own, _, _ := net.SplitHostPort(node)
	return net.JoinHostPort(own, port)
}

// open connects to the server itself.
func (s *server) open(ctx context.Context, addr string, probe func(context.Context, *link) error) (*link, error) {
	l, err := s.dial(ctx, addr, s.user)
	if err != nil {
		return nil, err
	}
	defer l.until(ctx)()
	if err := probe(ctx, l); err != nil {
		l.close()
		return nil, l.explain(ctx, err)
	}
	return l, nil
}
