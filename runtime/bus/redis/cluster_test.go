package redis_test

import (
	"net"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// The stream of a Cluster is found whichever node one asks, also after it has
// moved.
func TestCluster(t *testing.T) {
	t.Parallel()
	first, second := startNode(t, 0, 8191), startNode(t, 8192, 16383)
	meet(t, first, second)
	owner, other := first, second
	if slot := first.ClusterKeySlot(t.Context(), key).Val(); slot > 8191 {
		owner, other = second, first
	}
	url := "redis+cluster://" + addr(other) + "," + addr(owner)
	a := start(t, url, redis.Options{}).receiving()
	b := start(t, url, redis.Options{}).receiving() // its first attempts begin elsewhere
	a.sendAll(0, 100)
	a.hears(0, 100)
	move(t, owner, other)
	a.sendAll(100, 100)
	a.hears(100, 100)
	b.hears(0, 200)
	b.lostNothing()
	if a.forgot > 0 {
		t.Errorf("the broker forgot %d times", a.forgot)
	}
	if err := trying(t, "redis://"+addr(owner), nil); err == nil || !strings.Contains(err.Error(), "redis+cluster://") {
		t.Errorf("Send to a node that has not got the stream = %v", err)
	}
	if err := trying(t, "redis://"+addr(other), nil); err != nil {
		t.Errorf("Send to the node that has the stream = %v", err)
	}
}

func addr(c *goredis.Client) string { return c.Options().Addr }

func startNode(t *testing.T, first, last int) *goredis.Client {
	t.Helper()
	c := admin(t, broker.StartRedis(t, "--cluster-enabled", "yes").Addr())
	do(t, c, "CLUSTER", "ADDSLOTSRANGE", first, last)
	return c
}

func meet(t *testing.T, nodes ...*goredis.Client) {
	t.Helper()
	for _, n := range nodes[1:] {
		host, port, _ := net.SplitHostPort(addr(n))
		do(t, nodes[0], "CLUSTER", "MEET", host, port)
	}
	for _, n := range nodes {
		eventually(t, "the Cluster whole", func() bool {
			info := n.ClusterInfo(t.Context()).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_slots_ok:16384")
		})
	}
}

// move moves the stream, with its slot, from one node to another.
func move(t *testing.T, from, to *goredis.Client) {
	t.Helper()
	id := func(n *goredis.Client) string { return n.Do(t.Context(), "CLUSTER", "MYID").Val().(string) }
	slot := from.ClusterKeySlot(t.Context(), key).Val()
	host, port, _ := net.SplitHostPort(addr(to))
	do(t, to, "CLUSTER", "SETSLOT", slot, "IMPORTING", id(from))
	do(t, from, "CLUSTER", "SETSLOT", slot, "MIGRATING", id(to))
	do(t, from, "MIGRATE", host, port, key, 0, 5000)
	do(t, to, "CLUSTER", "SETSLOT", slot, "NODE", id(to))
	do(t, from, "CLUSTER", "SETSLOT", slot, "NODE", id(to))
}
