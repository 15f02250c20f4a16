package engineio

import (
	"net/http"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/address"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

// Options are the settings of a Server. Zero values mean the defaults, those
// of the Node server where it has the setting.
type Options struct {
	PingInterval   time.Duration // between a pong and the next ping; 25 s
	PingTimeout    time.Duration // for the pong; 20 s
	UpgradeTimeout time.Duration // for the upgrade to a websocket; 10 s
	MaxPayload     int           // bytes of an incoming message or POST body; 1,000,000
	MaxQueue       int           // bytes waiting for one client; 4 MiB
	NoPolling      bool          // serve websockets only
	NoWebSocket    bool          // serve polling only
	AllowEIO3      bool          // serve clients of Engine.IO 3 too

	// Worker begins the ids of this server's sessions, where several serve one
	// address: so all know whose a session is. "" for one that serves alone.
	Worker string
	// Forward gives a request to the server that the id of its session names,
	// and reports whether it did: then the request is that one's. It is called
	// before anything is done with the request, and the name may be a
	// stranger's word. A server that stops asks with the name "" for the one
	// that takes its place, for new sessions. nil for a server alone.
	Forward func(w http.ResponseWriter, r *http.Request, owner string) bool

	// Origin tells which pages may open websockets and read what is polled;
	// its zero value those of the server's own origin only.
	Origin origin.Policy
	// Connects limits the handshakes from one address; nil for no limit.
	Connects *ratelimit.Limiter
	// Trust are the proxies that tell the address.
	Trust address.Trust
	// AllowRequest refuses a handshake by an error, whose text the client
	// gets; nil allows all.
	AllowRequest func(r *http.Request) error
}

// DefaultMaxPayload is the default of Options.MaxPayload.
const DefaultMaxPayload = 1_000_000

const (
	defaultPingInterval   = 25 * time.Second
	defaultPingTimeout    = 20 * time.Second
	defaultUpgradeTimeout = 10 * time.Second
	defaultMaxQueue       = 4 << 20
)

func (o Options) withDefaults() Options {
	setDefault(&o.PingInterval, defaultPingInterval)
	setDefault(&o.PingTimeout, defaultPingTimeout)
	setDefault(&o.UpgradeTimeout, defaultUpgradeTimeout)
	setDefault(&o.MaxPayload, DefaultMaxPayload)
	setDefault(&o.MaxQueue, defaultMaxQueue)
	return o
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}
