//go:build linux || darwin

package sync_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/server"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

// workers is how many each instance has.
const workers = 2

// frameKey signs what the processes tell each other.
const frameKey = "KEY-of-the-processes-of-one-app"

// app is the app that the tests run, in all of its processes.
func app(dir string) error {
	return cluster.Run(context.Background(), cluster.Options{
		Workers: workers, Addr: "127.0.0.1:0", Dir: filepath.Join(dir, "run"),
		Logger:      slog.New(slog.NewJSONHandler(os.Stderr, nil)),
		PingTimeout: 30 * time.Second, // the machine may be busy
	}, serve)
}

// serve is what a generated app does in each worker.
func serve(ctx context.Context, w *cluster.Worker) error {
	b, err := openBus(w)
	if err != nil {
		return err
	}
	services := transporttest.New(outside{})
	if err := services.SetBus(b); err != nil {
		return err
	}
	sockets := socketio.New(services.App, socketio.Options{Worker: w.ID(), Forward: w.Forward})
	mux := http.NewServeMux()
	mux.HandleFunc("/socket.io/", func(rw http.ResponseWriter, r *http.Request) {
		// A test chooses the worker.
		if !w.Forward(rw, r, r.URL.Query().Get("at")) {
			sockets.ServeHTTP(rw, r)
		}
	})
	mux.HandleFunc("/stats", func(rw http.ResponseWriter, r *http.Request) {
		if !w.Forward(rw, r, r.FormValue("of")) {
			_ = json.NewEncoder(rw).Encode(b.Stats())
		}
	})
	mux.HandleFunc("/", rest.NotFound)
	err = w.Serve(ctx, server.Options{
		Handler: rest.New(services.App, rest.Options{Next: mux}),
		Drain:   []func(context.Context) error{sockets.Close},
	})
	flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(err, b.Close(flush))
}

// openBus opens the bus that the environment tells of.
func openBus(w *cluster.Worker) (*bus.Bus, error) {
	b, err := openBroker(os.Getenv("APP_SYNC"), os.Getenv("APP_PREFIX"), w.Logger())
	if err != nil {
		return nil, err
	}
	outbox, err := strconv.Atoi(cmp.Or(os.Getenv("APP_OUTBOX"), "0"))
	if err != nil {
		return nil, err
	}
	return bus.New(b, bus.Options{
		Prefix: os.Getenv("APP_PREFIX"), Key: []byte(frameKey), Outbox: outbox,
		Instance: w.Instance(), Local: w.Bus(),
		Name: w.ID(), Logger: w.Logger(),
	}), nil
}

// openBroker opens the broker that a URL is of.
func openBroker(url, prefix string, log *slog.Logger) (bus.Broker, error) {
	if strings.HasPrefix(url, "amqp") {
		return rabbitmq.Open(url, rabbitmq.Options{Prefix: prefix, Logger: log})
	}
	return redis.Open(url, redis.Options{Prefix: prefix, Logger: log})
}

// outside is what the app's services are made with where no test runs.
type outside struct{ testing.TB }

func (outside) Helper() {}

func (outside) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
