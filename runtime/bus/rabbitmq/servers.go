package rabbitmq

import (
	"context"
	"crypto/tls"
	"errors"
	"sync/atomic"
)

// servers are the hosts of a URL, each as good as another.
type servers struct {
	list []server
	tls  *tls.Config
	last atomic.Uint32 // index of the one that took the last connection
}

func newServers(rawURL string, config *tls.Config) (*servers, error) {
	list, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	return &servers{list: list, tls: config}, nil
}

// connect tries one server after the other, that which it had before first. The
// name is for those who look at the server's list of connections.
func (s *servers) connect(ctx context.Context, name string) (*conn, error) {
	var errs []error
	last := int(s.last.Load())
	for i := range s.list {
		n := (last + i) % len(s.list)
		c, err := s.list[n].dial(ctx, name, s.tls.Clone())
		if err == nil {
			s.last.Store(uint32(n))
			return c, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}
