package rabbitmq

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	amqp "github.com/rabbitmq/amqp091-go"
)

// A server is one host of a URL.
type server struct {
	url  string
	addr string
}

// errURL tells nothing of the URL: any part of one that is written wrongly may
// be the password.
var errURL = errors.New("URL of RabbitMQ is not of the form amqp://user:password@host:port/vhost, or its password has a character that wants a percent sign")

// CheckURL returns what is wrong with a URL that Open does not take.
func CheckURL(url string) error {
	_, err := parseURL(url)
	return err
}

// parseURL returns the servers of a URL that may name several.
func parseURL(rawURL string) ([]server, error) {
	scheme, rest, ok := strings.Cut(rawURL, "://")
	if !ok {
		return nil, errURL
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@') + 1
	user, hosts, tail := rest[:at], rest[at:end], rest[end:]
	var list []server
	for host := range strings.SplitSeq(hosts, ",") {
		s, err := parseServer(scheme + "://" + user + host + tail)
		if err != nil || host == "" {
			return nil, errURL
		}
		list = append(list, s)
	}
	return list, nil
}

// parseServer takes the parameters out that are this package's to choose.
func parseServer(rawURL string) (server, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return server{}, err
	}
	q := u.Query()
	for _, name := range []string{"heartbeat", "connection_timeout", "channel_max"} {
		q.Del(name)
	}
	u.RawQuery = q.Encode()
	uri, err := amqp.ParseURI(u.String())
	return server{url: u.String(), addr: net.JoinHostPort(uri.Host, strconv.Itoa(uri.Port))}, err
}
