package rabbitmq_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

func TestURLs(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"amqp://127.0.0.1", "amqp://u:p@h1:5672,h2:5672,[::1]:5673/v", "amqps://u:p%40ss@h/v?cacertfile=x&heartbeat=no",
		"amqp://u:p@ss@h1,h2/%2f",
	} {
		if _, err := rabbitmq.Open(url, options("app")); err != nil {
			t.Errorf("Open(%q): %v", url, err)
		}
	}
	for _, url := range []string{
		"", "secret", "secret@h", "redis://u:secret@h", "amqp://u:secret@h1,,h2", "amqp://u:sec/secret@h", "amqp://u:secret%zz@h",
		"amqp://u:secret@h:port", "amqp://u:secret@", "amqp://u:secret @h", "amqp://u:s#secret@h:1:2",
	} {
		_, err := rabbitmq.Open(url, options("app"))
		if err == nil {
			t.Errorf("Open(%q) found nothing wrong", url)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("Open(%q) tells the password: %v", url, err)
		}
		if rabbitmq.CheckURL(url) == nil {
			t.Errorf("CheckURL(%q) found nothing wrong", url)
		}
	}
	for _, prefix := range []string{"", strings.Repeat("x", 201)} {
		if _, err := rabbitmq.Open("amqp://h", options(prefix)); err == nil {
			t.Errorf("Open took a prefix of %d bytes", len(prefix))
		}
	}
}

func TestErrorsOfTheServerSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	admin := administer(t, server.URL())
	prefix := unique()
	if err := admin.ExchangeDeclare(prefix+".events", "direct", true, false, false, false, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.deleteExchange(prefix + ".events") })
	for _, c := range []struct{ name, url, want string }{
		{"wrong password", "amqp://guest:secret@" + server.Addr(), "username or password not allowed"},
		{"no such virtual host", "amqp://guest:guest@" + server.Addr() + "/secret", "vhost"},
		{"nobody listens", "amqp://guest:secret@127.0.0.1:1", "connection refused"},
		{"no TLS there", "amqps://guest:secret@" + server.Addr(), "tls"},
		{"exchange of another kind", server.URL(), "PRECONDITION_FAILED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, err := rabbitmq.Open(c.url, options(prefix))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			never := func() { t.Error("Receive is ready"); cancel() }
			for _, err := range []error{b.Send(ctx, []byte("x")), b.Receive(ctx, never, nil, nil)} {
				t.Log(err)
				if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "guest:") || strings.Contains(err.Error(), ":secret") {
					t.Errorf("got %v, want %q in it and no password", err, c.want)
				}
			}
			if err := b.Close(t.Context()); err != nil {
				t.Logf("Close: %v", err)
			}
		})
	}
}

func TestAnyOfSeveralServersWillDo(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	p := open(t, "amqp://guest:guest@127.0.0.1:1,"+server.Addr()+",127.0.0.1:2/", options(unique()))
	p.send("one")
	p.expect("one")
}

func TestConnectionThatTheServerClosesIsMadeAnew(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	spoiler := newSpoiler(t, server.Addr())
	p := open(t, "amqp://guest:guest@"+spoiler.addr()+"/", options(unique()))
	p.send("one")
	p.expect("one")
	spoiler.spoil()
	t.Log(receive(t, p.broken))
	err := p.Send(t.Context(), []byte("two"))
	t.Log(err)
	p.expectReady()
	p.send("three")
	if err == nil {
		p.expect("two")
	}
	p.expect("three")
}

func TestDocumentedPermissionsAreEnough(t *testing.T) {
	t.Parallel()
	url := "amqp://app:p%40ss%2Fword@" + node.RabbitMQ(t).Addr() + "/"
	p := open(t, url, options("app"))
	p.send("one")
	p.expect("one")
	s := subscribe(t, url, "feathers-sync")
	s.publish("two")
	s.expect("two")
	b, err := rabbitmq.Open(url, options("other"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Send(t.Context(), []byte("x")); err == nil || !strings.Contains(err.Error(), "ACCESS_REFUSED") {
		t.Errorf("with another prefix: %v", err)
	}
}

// A spoiler passes bytes between clients and a server, and can add some that
// the server ends the connection for.
type spoiler struct {
	listener net.Listener
	running  sync.WaitGroup

	mu      sync.Mutex
	servers []net.Conn
}

func newSpoiler(t *testing.T, to string) *spoiler {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &spoiler{listener: l}
	s.running.Go(func() {
		for client, err := l.Accept(); err == nil; client, err = l.Accept() {
			server, err := net.Dial("tcp", to)
			if err != nil {
				t.Error(err)
				return
			}
			s.mu.Lock()
			s.servers = append(s.servers, server)
			s.mu.Unlock()
			s.running.Go(func() { pass(server, client) })
			s.running.Go(func() { pass(client, server) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); s.running.Wait() })
	return s
}

func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

func (s *spoiler) addr() string { return s.listener.Addr().String() }

func (s *spoiler) spoil() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.servers {
		_, _ = c.Write([]byte("no frame of AMQP"))
	}
}

func TestForeignBytesArePassedOn(t *testing.T) {
	t.Parallel()
	url, prefix := node.RabbitMQ(t).URL(), unique()
	p, admin := open(t, url, options(prefix)), administer(t, url)
	admin.publish(prefix+".events", amqp.Publishing{})
	admin.publish(prefix+".events", amqp.Publishing{
		Body: []byte("\x00\xff{"), ContentType: "application/json", Headers: amqp.Table{"a": int32(1)}, Priority: 9,
	})
	p.send("one")
	p.expect("", "\x00\xff{", "one")
	p.leave()
	if n := admin.queued(p.Queue()); n != 0 {
		t.Errorf("%d are not acknowledged", n)
	}
}

func TestRefusedFrameIsAnError(t *testing.T) {
	t.Parallel()
	url, prefix := node.RabbitMQ(t).URL(), unique()
	p, admin := open(t, url, options(prefix)), administer(t, url)
	full := amqp.Table{amqp.QueueMaxLenArg: int32(1), amqp.QueueOverflowArg: amqp.QueueOverflowRejectPublish}
	q, err := admin.QueueDeclare(prefix, false, false, false, false, full)
	if err != nil {
		t.Fatal(err)
	}
	if err := admin.QueueBind(q.Name, "", prefix+".events", false, nil); err != nil {
		t.Fatal(err)
	}
	p.send("one")
	if err := p.Send(t.Context(), []byte("two")); err == nil || isForgotten(err) {
		t.Errorf("got %v", err)
	} else {
		t.Log(err)
	}
	admin.deleteQueue(q.Name)
	p.send("two")
	p.expect("one", "two", "two")
}

func TestServerLowOnMemorySaysSo(t *testing.T) {
	t.Setenv(startArgs, "-rabbit vm_memory_high_watermark 0.0000001")
	server := broker.StartRabbitMQ(t)
	p := open(t, server.URL(), options(unique()))
	err := p.Send(t.Context(), []byte("one"))
	if err == nil || !strings.Contains(err.Error(), "low on memory") {
		t.Errorf("got %v", err)
	}
}
