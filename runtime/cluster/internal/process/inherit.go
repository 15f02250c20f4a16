//go:build linux || darwin

package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

// Inherited is what a worker has from its supervisor.
type Inherited struct {
	ID       supervisor.ID
	Workers  int
	Dir      string
	Instance string
	Listener net.Listener
	Control  *net.UnixConn
	Frames   *wire.Reader // of Control
	Bus      *net.UnixConn
}

var errInherit = errors.New(marker + " is set, but no supervisor started this process")

// helloWait bounds the wait for the supervisor's first words.
const helloWait = 10 * time.Second

// Inherit returns what a supervisor gave to this process, nil if it was not
// started by one. It is called once: it takes the descriptors, and the variable
// out of the environment, so that children are no workers.
func Inherit() (*Inherited, error) {
	if os.Getenv(marker) == "" {
		return nil, nil
	}
	if err := os.Unsetenv(marker); err != nil {
		return nil, err
	}
	in := &Inherited{}
	if err := in.open(); err != nil {
		in.Close()
		return nil, err
	}
	return in, nil
}

func (in *Inherited) open() (err error) {
	if in.Control, err = unixConn(controlFD); err != nil {
		return errInherit
	}
	if in.Bus, err = unixConn(busFD); err != nil {
		return errInherit
	}
	f := os.NewFile(listenerFD, "listener")
	defer f.Close()
	if in.Listener, err = net.FileListener(f); err != nil {
		return errInherit
	}
	in.Frames = wire.NewReader(in.Control)
	return in.hear()
}

func (in *Inherited) hear() error {
	_ = in.Control.SetReadDeadline(time.Now().Add(helloWait))
	f, err := in.Frames.Next()
	if err != nil {
		return fmt.Errorf("hear from the supervisor: %w", err)
	}
	_ = in.Control.SetReadDeadline(time.Time{})
	var h hello
	if f.Kind != wire.Hello || json.Unmarshal(f.Payload, &h) != nil {
		return fmt.Errorf("hear from the supervisor: %w", wire.ErrMalformed)
	}
	in.ID, in.Workers = supervisor.ID{Slot: h.Slot, Generation: h.Generation}, h.Workers
	in.Dir, in.Instance = h.Dir, h.Instance
	return nil
}

// Close closes all of it.
func (in *Inherited) Close() {
	if in.Control != nil {
		_ = in.Control.Close()
	}
	if in.Bus != nil {
		_ = in.Bus.Close()
	}
	if in.Listener != nil {
		_ = in.Listener.Close()
	}
}
