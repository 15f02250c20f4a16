package main

import (
	"net"
	"net/url"
	"os"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

func TestBrokersStartAndLeaveNothing(t *testing.T) {
	t.Parallel()
	for i, kind := range brokerKinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			need.Command(t, kind.name+"-server")
			b := &bench{dir: t.TempDir(), ports: i * ports / len(brokerKinds)} // each has ports of its own
			via, err := b.startBroker(t.Context(), kind)
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(via.url)
			if err != nil {
				t.Fatal(err)
			}
			via.stop()
			if conn, err := net.Dial("tcp", u.Host); err == nil {
				conn.Close()
				t.Errorf("%s still listens at %s", kind.name, u.Host)
			}
			if left, err := os.ReadDir(b.dir); err != nil || len(left) > 0 {
				t.Errorf("%s left %v, %v", kind.name, left, err)
			}
		})
	}
}
