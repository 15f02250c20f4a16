package redis_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
)

func TestOpenTakesURLs(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"redis://127.0.0.1":                                               "127.0.0.1:6379 user= password= db=0",
		"redis://h:1/":                                                    "h:1 user= password= db=0",
		"rediss://:p%40ss%2Fw@h/3":                                        "h:6379 user= password=p@ss/w db=3",
		"redis://u:p:q@[::1]/3":                                           "[::1]:6379 user=u password=p:q db=3",
		"redis+sentinel://u:p@h,[::1]:5/1?master=m":                       "h:26379 [::1]:5 user=u password=p db=1 master=m",
		"rediss+sentinel://h?master=m&sentinel_password=s%26t":            "h:26379 user= password= db=0 master=m guard=:s&t",
		"redis+sentinel://h?master=m&sentinel_user=a&sentinel_password=b": "h:26379 user= password= db=0 master=m guard=a:b",
		"rediss+cluster://u:p@h1:1,h2":                                    "h1:1 h2:6379 user=u password=p db=0",
		"redis+cluster://h/0":                                             "h:6379 user= password= db=0",
	} {
		if got, err := redis.Describe(url); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", url, got, err, want)
		}
	}
}

// An error of a URL does not show any part of a password that may be in it.
func TestOpenRefusesURLs(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "secret", "://secret", "http://secret@h", "redis:secret@h", "redis+secret://h",
		"redis://", "redis://:secret@", "redis://:secret@/0", "redis://:secret@h:", "redis://:secret@h:65536", "redis://:secret@h:port",
		"redis://:secret@h:1:2", "redis://:secret@::1", "redis://:secret@[::1", "redis://:secret@h,", "redis://:secret@h1,h2",
		"redis://:secret@h/0/1", "redis://:secret@h/-1", "redis://:secret@h/name", "redis://h/0#secret",
		"redis://u:sec%zzret@h", "redis://u:12/secret@h/0", "redis://u:12?secret@h", "redis://u:12#secret@h", "redis://u:se cret@h",
		"redis://h?password=secret", "redis://h?dial_timeout=secret", "redis://h?db=1", "redis://h?a=%zzsecret",
		"redis+sentinel://:secret@h", "redis+sentinel://:secret@h?master=", "redis+sentinel://h?master=m&secret=1",
		"redis+cluster://:secret@h/1", "redis+cluster://:secret@h?master=m",
	} {
		_, err := redis.Open(url, redis.Options{Prefix: "app"})
		if err == nil {
			t.Errorf("%q is taken", url)
		} else if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "12") || strings.Contains(err.Error(), "zz") {
			t.Errorf("%q: error shows some of it: %v", url, err)
		}
		if check := redis.CheckURL(url); check == nil || check.Error() != err.Error() {
			t.Errorf("%q: CheckURL = %v, Open has %v", url, check, err)
		}
		if _, err := redis.NewChannel(url, "key", redis.ChannelOptions{}); err == nil {
			t.Errorf("%q is taken by NewChannel", url)
		}
	}
	if _, err := redis.Open("redis://h", redis.Options{}); err == nil {
		t.Error("an empty prefix is taken")
	}
	if _, err := redis.NewChannel("redis://h", "", redis.ChannelOptions{}); err == nil {
		t.Error("an empty name of a channel is taken")
	}
}

// FuzzURL looks for URLs that break the parser, or whose password is shown.
func FuzzURL(f *testing.F) {
	f.Add("redis://u:", "@h:1/0")
	f.Add("redis+sentinel://h,", "?master=m&sentinel_password=")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "QzXw7"
		if strings.Contains(before+after, secret) {
			return
		}
		got, err := redis.Describe(before + secret + after)
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q, %q: %v", before, after, err)
		}
		if err == nil && !strings.Contains(got, ":") {
			t.Errorf("%q, %q: no host", before, after)
		}
	})
}

func TestTheNextAttemptBeginsWithAnotherHost(t *testing.T) {
	t.Parallel()
	var hosts []string
	for range 2 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		hosts = append(hosts, l.Addr().String())
		_ = l.Close()
	}
	p := start(t, "redis+cluster://"+strings.Join(hosts, ","), redis.Options{})
	var firsts []int
	for range 2 {
		err := p.broker.Send(context.Background(), []byte("frame"))
		if err == nil {
			t.Fatal("a frame was sent to nobody")
		}
		firsts = append(firsts, strings.Index(err.Error(), hosts[0]))
		for _, h := range hosts {
			if !strings.Contains(err.Error(), h) {
				t.Errorf("%v does not name %s", err, h)
			}
		}
	}
	slices.Sort(firsts)
	if firsts[0] == firsts[1] {
		t.Error("both attempts began with the same host")
	}
}
