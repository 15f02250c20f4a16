package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// A server is a peer that runs, as one instance or as two.
type server struct {
	urls     []string
	profile  string // address of the first instance's profiles
	pids     []int
	stoppers []func()
}

// start starts a peer for a set of workloads and waits until it answers. With
// a broker there are two instances.
func (b *bench) start(ctx context.Context, p peer, set string, via *broker) (*server, error) {
	s := &server{}
	instances := 1
	if via != nil {
		instances = 2
	}
	for range instances {
		if err := b.addInstance(ctx, s, p, job{set: set, broker: via, port: b.freePort()}); err != nil {
			s.stop()
			return nil, fmt.Errorf("%s does not start: %w", p.name, err)
		}
	}
	return s, nil
}

func (b *bench) addInstance(ctx context.Context, s *server, p peer, j job) error {
	url := "http://127.0.0.1:" + strconv.Itoa(j.port)
	profile := "127.0.0.1:" + strconv.Itoa(b.freePort())
	cpus, _ := cpus(j.set)
	instance, err := b.launch(ctx, cpus, func(dir string) (args, env []string) {
		j.dir = dir
		args, env = p.command(j)
		return args, append(env, "PROFILE_ADDR="+profile)
	}, func(ctx context.Context) error { return untilAnswers(ctx, url) })
	if err != nil {
		return err
	}
	if s.profile == "" {
		s.profile = profile
	}
	s.urls, s.pids, s.stoppers = append(s.urls, url), append(s.pids, instance.pid), append(s.stoppers, instance.stop)
	return nil
}

// stop ends all instances and waits for that.
func (s *server) stop() {
	for _, stop := range s.stoppers {
		stop()
	}
}

// untilAnswers waits until there is an answer of whatever status.
func untilAnswers(ctx context.Context, url string) error {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	return until(ctx, func() error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	})
}
