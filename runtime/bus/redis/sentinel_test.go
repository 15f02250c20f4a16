package redis_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

// Sentinel makes a replica the server when that dies. The replica has not got
// the last frames.
func TestSentinel(t *testing.T) {
	t.Parallel()
	master := broker.StartRedis(t, "--repl-diskless-sync-delay", "0")
	host, port, _ := net.SplitHostPort(master.Addr())
	replica := broker.StartRedis(t, "--replicaof", host+" "+port)
	eventually(t, "the replica in step", func() bool {
		return strings.Contains(admin(t, replica.Addr()).Info(t.Context(), "replication").Val(), "master_link_status:up")
	})
	watch := startSentinel(t, host, port)
	eventually(t, "the replica known", func() bool {
		list, err := watch.Do(t.Context(), "SENTINEL", "REPLICAS", "app").Slice()
		return err == nil && len(list) == 1
	})
	down, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = down.Close()
	hosts := "redis+sentinel://" + down.Addr().String() + "," + addr(watch)
	p := start(t, hosts+"?master=app&sentinel_user=app&sentinel_password=pw", redis.Options{}).receiving()
	p.sendAll(0, 100)
	eventually(t, "the replica in step", func() bool {
		return admin(t, replica.Addr()).XLen(t.Context(), key).Val() == 100
	})
	operator := admin(t, master.Addr())
	do(t, operator, "CONFIG", "SET", "requirepass", "unknown") // to the replica
	do(t, operator, "CLIENT", "KILL", "TYPE", "replica")
	p.sendAll(100, 100)
	p.hears(0, 200)
	if n := admin(t, replica.Addr()).XLen(t.Context(), key).Val(); n != 100 {
		t.Fatalf("the replica has %d frames, want 100", n)
	}
	master.Kill()
	began := time.Now()
	p.sendAll(200, 100)
	t.Logf("sends again %v after the server's death", time.Since(began))
	p.hears(200, 100)
	p.lostNothing()
	if p.forgot != 1 {
		t.Errorf("the broker forgot %d times, want once", p.forgot)
	}
	if err := trying(t, hosts+"?master=other&sentinel_password=pss", nil); err == nil || !strings.Contains(err.Error(), `no master "other"`) {
		t.Errorf("Send to a server that Sentinel does not know = %v", err)
	}
	if err := trying(t, hosts+"?master=app", nil); err == nil || !strings.Contains(err.Error(), "NOAUTH") {
		t.Errorf("Send without Sentinel's password = %v", err)
	}
}

// startSentinel starts a Sentinel that calls a server app. It ends with the
// test.
func startSentinel(t *testing.T, host, port string) *goredis.Client {
	t.Helper()
	own := freePort(t)
	conf := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf(`bind 127.0.0.1
port %s
requirepass pss
user app on >pw -@all +sentinel|get-master-addr-by-name
sentinel monitor app %s %s 1
sentinel down-after-milliseconds app 500
sentinel failover-timeout app 5000
`, own, host, port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(need.Command(t, "redis-server"), conf, "--sentinel")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	c := goredis.NewClient(&goredis.Options{Addr: "127.0.0.1:" + own, Password: "pss"})
	t.Cleanup(func() { _ = c.Close() })
	return c
}
