//go:build linux || darwin

package process

import (
	"errors"
	"net"
	"os"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/relay"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

// sendWait bounds what the supervisor waits for a worker that reads nothing;
// what it sends is far smaller than the socket's buffer.
const sendWait = time.Second

// lastWords bounds reading what a worker said before it ended.
const lastWords = time.Second

// A process is a worker from the supervisor's side.
type process struct {
	child   *child
	control *net.UnixConn
	member  *relay.Member
	report  func(supervisor.Report)
	socket  string // the path of its private one, which it leaves behind
}

var _ supervisor.Process = (*process)(nil)

func (p *process) PID() int { return p.child.pid }

func (p *process) Missed() uint64 { return p.member.Missed() }

func (p *process) Kill() { _ = p.child.Kill() } // fails when it has ended

func (p *process) Ping() { p.send(wire.Append(nil, wire.Ping)) }

func (p *process) Drain(replaced bool) {
	var b byte
	if replaced {
		b = 1
	}
	p.send(wire.Append(nil, wire.Drain, b))
}

func (p *process) send(frame []byte) {
	_ = p.control.SetWriteDeadline(time.Now().Add(sendWait))
	_, _ = p.control.Write(frame) // fails when it has ended
}

// broken ends a worker that does not speak the protocol.
func (p *process) broken(err error) {
	p.report(supervisor.Report{Kind: supervisor.Failed, Text: err.Error()})
	p.Kill()
}

// run reports what the worker says until it has ended.
func (p *process) run() {
	said := make(chan struct{})
	go func() {
		defer close(said)
		p.listen()
	}()
	text := p.child.wait()
	_ = p.control.SetReadDeadline(time.Now().Add(lastWords))
	<-said
	_ = p.control.Close()
	p.member.Leave()
	_ = os.Remove(p.socket) // it may never have been made
	p.report(supervisor.Report{Kind: supervisor.Ended, Text: text})
}

func (p *process) listen() {
	r := wire.NewReader(p.control)
	for {
		f, err := r.Next()
		if err == nil {
			err = p.handle(f)
		}
		if err == nil {
			continue
		}
		if errors.Is(err, wire.ErrMalformed) {
			p.broken(err)
		}
		return
	}
}

func (p *process) handle(f wire.Frame) error {
	switch f.Kind {
	case wire.Ready:
		p.report(supervisor.Report{Kind: supervisor.Ready})
	case wire.Failed:
		p.report(supervisor.Report{Kind: supervisor.Failed, Text: string(f.Payload[:min(len(f.Payload), maxText)])})
	case wire.Pong:
		s, err := wire.ParseStats(f.Payload)
		if err != nil {
			return err
		}
		p.report(supervisor.Report{Kind: supervisor.Alive, Connections: s.Connections, Memory: s.Memory})
	default:
		return wire.ErrMalformed
	}
	return nil
}

// maxText bounds what is kept of why a worker failed.
const maxText = 4 << 10
