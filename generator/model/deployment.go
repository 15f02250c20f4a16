package model

import (
	"strconv"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func (b *builder) transports() {
	t := &b.project.Transports
	if !b.file.TransportsSpan.IsZero() && len(b.file.Transports) == 0 && !b.file.Broken {
		b.errorf(b.file.TransportsSpan, "missing-value", "no client can reach an app without a transport").
			Fix = "write transports: [rest, socketio], or leave the key out for these two"
	}
	if b.file.TransportsSpan.IsZero() {
		t.REST, t.SocketIO = &REST{}, &SocketIO{}
	}
	for _, syntax := range b.file.Transports {
		switch syntax.Name.Value {
		case "rest":
			t.REST = &REST{}
		case "socketio":
			t.SocketIO = &SocketIO{Transports: values(syntax.Transports), AllowEIO3: syntax.AllowEIO3.On}
			if syntax.Transports != nil && len(syntax.Transports) == 0 && !b.file.Broken {
				b.errorf(syntax.Name.Span, "missing-value", "socketio needs a way to connect").
					Fix = "write transports: [polling, websocket], or leave the key out for both"
			}
		case "primus":
			t.Primus = &Primus{}
		}
	}
}

// realtime reports whether clients can hear events at all.
func (b *builder) realtime() bool {
	return b.project.Transports.SocketIO != nil || b.project.Transports.Primus != nil
}

// deployment checks how many processes there are and how they hear of each
// other.
func (b *builder) deployment() {
	workers := b.cluster()
	if s := b.file.Sync; s != nil {
		b.sync(s)
	}
	if workers && b.backend() == "none" {
		b.errorf(b.file.Cluster.Mode.Span, "sync-missing", "several workers without a sync backend: clients of one worker would not hear the others' events").
			Fix = "add sync: local, or use mode: single"
	}
}

// cluster reports whether the spec asks for several processes.
func (b *builder) cluster() bool {
	c := b.file.Cluster
	if c == nil {
		return false
	}
	workers := c.Mode.Value == "workers"
	if workers {
		b.project.Cluster = &Cluster{}
	}
	if !c.Workers.Given() {
		return workers
	}
	n, err := strconv.Atoi(c.Workers.Value)
	if c.Workers.Value != "auto" && (err != nil || n < 1 || n > 1024) {
		b.errorf(c.Workers.Span, "unknown-value", "cluster.workers can not be %s", quote(c.Workers.Value)).
			Fix = "use auto for one a CPU, or a number from 1 to 1024"
	}
	if workers {
		b.project.Cluster.Workers = n
	}
	if c.Mode.Value == "single" && c.Workers.Value != "1" && !b.file.Broken {
		b.errorf(c.Workers.Span, "conflict", "mode: single has one worker").Fix = "leave workers out"
	}
	return workers
}

func values(texts []spec.Text) []string {
	if len(texts) == 0 {
		return nil
	}
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = t.Value
	}
	return out
}
