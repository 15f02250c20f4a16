package redis

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Errors of a URL quote nothing of it: what goes wrong is often a password
// whose characters are not encoded, and part of it stands elsewhere then.
var (
	errURL      = errors.New("the broker's URL is not of the form redis://user:password@host:port/db; are special characters of the password percent-encoded?")
	errHosts    = errors.New("a redis:// URL has one host; several are for redis+sentinel:// and redis+cluster://")
	errMaster   = errors.New("a redis+sentinel:// URL ends with ?master= and the name that the Sentinels have for the server")
	errDatabase = errors.New("a redis+cluster:// URL has no number of a database: a Cluster has 0 only")
	errSettings = errors.New("the broker's URL has settings that are not known; redis+sentinel:// has master, sentinel_user and sentinel_password, others have none")
)

var schemes = map[string]struct {
	kind kind
	tls  bool
	port string // when left out
}{
	"redis":           {single, false, "6379"},
	"rediss":          {single, true, "6379"},
	"redis+sentinel":  {sentinel, false, "26379"},
	"rediss+sentinel": {sentinel, true, "26379"},
	"redis+cluster":   {cluster, false, "6379"},
	"rediss+cluster":  {cluster, true, "6379"},
}

// CheckURL returns what is wrong with a URL that Open does not take.
func CheckURL(url string) error {
	_, err := parseURL(url, nil)
	return err
}

// parseURL returns the server that a URL of the package's documentation names.
func parseURL(text string, conf *tls.Config) (*server, error) {
	name, rest, _ := strings.Cut(text, "://")
	scheme, ok := schemes[name]
	if !ok {
		return nil, errURL
	}
	s := &server{kind: scheme.kind, dialer: &net.Dialer{Timeout: dialTimeout}}
	if scheme.tls {
		s.dialer = &tls.Dialer{NetDialer: &net.Dialer{Timeout: dialTimeout}, Config: conf}
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	login, hosts := "", rest[:end]
	if i := strings.LastIndexByte(hosts, '@'); i >= 0 {
		login, hosts = hosts[:i+1], hosts[i+1:]
	}
	// A URL of the standard has one host.
	u, err := url.Parse("redis://" + login + "host" + rest[end:])
	if err != nil || !s.addHosts(hosts, scheme.port) {
		return nil, errURL
	}
	return s, s.set(u)
}

// addHosts reports whether all of the hosts can be dialed.
func (s *server) addHosts(list, port string) bool {
	for addr := range strings.SplitSeq(list, ",") {
		if !strings.Contains(addr, ":") || strings.HasSuffix(addr, "]") { // of an IPv6 address
			addr += ":" + port
		}
		host, port, err := net.SplitHostPort(addr)
		if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || host == "" {
			return false
		}
		s.hosts = append(s.hosts, addr)
	}
	return true
}

// set takes over what a URL says beside the hosts.
func (s *server) set(u *url.URL) error {
	s.user.name = u.User.Username()
	s.user.password, _ = u.User.Password()
	if path := strings.TrimPrefix(u.Path, "/"); path != "" {
		db, err := strconv.ParseUint(path, 10, 16)
		if err != nil {
			return errURL
		}
		s.user.db = int(db)
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errURL
	}
	if s.kind == sentinel {
		s.master = q.Get("master")
		s.guard = user{name: q.Get("sentinel_user"), password: q.Get("sentinel_password")}
		q.Del("master")
		q.Del("sentinel_user")
		q.Del("sentinel_password")
	}
	switch {
	case len(q) > 0 || u.Fragment != "":
		return errSettings
	case s.kind == single && len(s.hosts) > 1:
		return errHosts
	case s.kind == sentinel && s.master == "":
		return errMaster
	case s.kind == cluster && s.user.db != 0:
		return errDatabase
	}
	return nil
}
