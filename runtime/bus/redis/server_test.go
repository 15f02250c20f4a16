package redis_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

const password = "p@ss/w#rd"

// Errors of a server tell an operator what to do, and no secrets.
func TestErrorsOfTheServer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		args    []string // of the server
		setup   [][]any
		url     string // with ADDR for the server's address
		want    string
		sending bool // the error comes to a connection that was good
	}{
		{name: "no password", args: []string{"--requirepass", password}, want: "wants a user or a password"},
		{name: "wrong password", args: []string{"--requirepass", password}, url: "redis://:wr0ng@ADDR", want: "another password"},
		{name: "wrong user", url: "redis://nobody:wr0ng@ADDR", want: "does not know the user"},
		{name: "no rights", setup: [][]any{{"ACL", "SETUSER", "app", "on", ">" + password, "~other:*", "+@all"}},
			url: "redis://app:p%40ss%2Fw%23rd@ADDR", want: "may not do"},
		{name: "no such database", url: "redis://ADDR/99", want: "DB index is out of range"},
		{name: "another type", setup: [][]any{{"SET", key, "text"}}, want: `key "app:events" is taken`},
		{name: "another type later", setup: [][]any{{"DEL", key}, {"SET", key, "text"}}, want: "WRONGTYPE", sending: true},
		{name: "before version 5", args: []string{"--rename-command", "XLEN", ""}, want: "Redis 5"},
		{name: "no XADD", args: []string{"--rename-command", "XADD", ""}, want: "Redis 5"},
		{name: "too many clients", setup: [][]any{{"CONFIG", "SET", "maxclients", 1}}, want: "maxclients"},
		{name: "out of memory", setup: [][]any{{"CONFIG", "SET", "maxmemory", 1}}, want: "maxmemory", sending: true},
		{name: "a replica", setup: [][]any{{"REPLICAOF", "127.0.0.1", 1}}, want: "is a replica"},
		{name: "a replica later", setup: [][]any{{"REPLICAOF", "127.0.0.1", 1}}, want: "replica", sending: true},
		{name: "a Cluster that is down", args: []string{"--cluster-enabled", "yes"}, url: "redis+cluster://ADDR", want: "Cluster is down"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := broker.StartRedis(t, c.args...)
			url := strings.ReplaceAll(c.url, "ADDR", r.Addr())
			if url == "" {
				url = r.URL()
			}
			p := start(t, url, redis.Options{})
			if c.sending {
				p.send("before")
			}
			operator := goredis.NewClient(&goredis.Options{Addr: r.Addr()})
			for _, args := range c.setup {
				do(t, operator, args...)
			}
			defer operator.Close()
			err := p.broker.Send(t.Context(), []byte("frame with a secret"))
			if err == nil {
				t.Fatal("Send succeeds")
			}
			t.Log(err)
			for _, secret := range []string{password, "wr0ng", "secret"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows %q", secret)
				}
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), r.Addr()) {
				t.Errorf("got %q, want %q and the address", err, c.want)
			}
		})
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	r.Kill()
	if err := trying(t, r.URL(), nil); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("Send = %v, want refused", err)
	}
}

// Redis 5 does not know HELLO, and shows what it was told with it.
func TestAServerWithoutHello(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t, "--rename-command", "HELLO", "", "--requirepass", "pw")
	p := start(t, "redis://:pw@"+r.Addr(), redis.Options{}).receiving()
	p.sendAll(0, 10)
	p.hears(0, 10)
	if err := trying(t, "redis://:wr0ng@"+r.Addr(), nil); err == nil || strings.Contains(err.Error(), "wr0ng") {
		t.Errorf("Send with a wrong password = %v", err)
	}
}

func TestAUserNeedsTheDocumentedRights(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	do(t, admin(t, r.Addr()), "ACL", "SETUSER", "app", "on", ">"+password, "~app:events", "-@all",
		"+xadd", "+xread", "+xrange", "+xlen", "+xinfo|stream", "+select")
	proxy := broker.NewProxy(t, r.Addr())
	p := start(t, "redis://app:p%40ss%2Fw%23rd@"+proxy.Addr()+"/3", redis.Options{}).receiving()
	p.sendAll(0, 10)
	proxy.Cut()
	do(t, admin(t, r.Addr()), "FLUSHALL")
	proxy.Heal()
	p.sendAll(10, 10)
	p.hears(0, 20)
	if p.forgot != 1 {
		t.Errorf("the broker forgot %d times, want once", p.forgot)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t)
	port := freePort(t)
	broker.StartRedis(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", cert, "--tls-ca-cert-file", cert, "--tls-auth-clients", "no")
	proxy := broker.NewProxy(t, "127.0.0.1:"+port)
	p := start(t, "rediss://"+proxy.Addr(), redis.Options{TLS: &tls.Config{RootCAs: pool}}).receiving()
	p.sendAll(0, 10)
	p.hears(0, 10)
	proxy.Freeze()
	wait(t, p.errs, "the break")
	proxy.Heal()
	p.sendAll(10, 10)
	p.hears(10, 10)
	if err := trying(t, "rediss://"+proxy.Addr(), nil); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("Send to a server of an unknown authority = %v", err)
	}
	if err := trying(t, "redis://"+proxy.Addr(), nil); err == nil {
		t.Error("Send without TLS succeeds")
	}
}

// certificate returns a file with one for 127.0.0.1 and its key.
func certificate(t *testing.T) (file string, pool *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	c := s.TLS.Certificates[0]
	secret, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	file = filepath.Join(t.TempDir(), "server.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return file, pool
}

// freePort returns a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
