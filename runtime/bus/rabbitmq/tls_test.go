package rabbitmq_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	certificate, pool := newCertificate(t)
	addr := endTLS(t, node.RabbitMQ(t).Addr(), certificate)
	url := "amqps://guest:guest@" + addr + "/"

	o := options(unique())
	o.TLS = &tls.Config{RootCAs: pool}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	a := open(t, url, o)
	o.TLS = nil
	b := open(t, url+"?cacertfile="+file, o)
	a.send("one")
	a.expect("one")
	b.expect("one")

	stranger, err := rabbitmq.Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := stranger.Send(t.Context(), []byte("x")); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a server that nobody vouches for: %v", err)
	}
}

// newCertificate returns one that vouches for itself.
func newCertificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// endTLS returns the address of a proxy that speaks TLS to clients, and passes
// what they say to a server.
func endTLS(t *testing.T, to string, certificate tls.Certificate) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); running.Wait() })
	running.Go(func() {
		for client, err := l.Accept(); err == nil; client, err = l.Accept() {
			server, err := net.Dial("tcp", to)
			if err != nil {
				t.Error(err)
				return
			}
			running.Go(func() { pass(server, client) })
			running.Go(func() { pass(client, server) })
		}
	})
	return l.Addr().String()
}
