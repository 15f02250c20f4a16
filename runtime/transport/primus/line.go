package primus

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
)

// A line is the network connection under a websocket. It remembers that
// something came in, of whatever kind, and keeps the answer to the handshake
// back: Primus has no packet that tells a client that it is connected, so the
// open websocket has to say that the client gets its events from now on.
type line struct {
	net.Conn
	heard  atomic.Bool
	open   bool   // the handshake is answered
	answer []byte // to the handshake
}

// under returns a response writer for the handshake whose connection, once
// taken over, is the line.
func (l *line) under(w http.ResponseWriter) http.ResponseWriter {
	l.heard.Store(true) // the handshake
	return hijacked{w, l}
}

type hijacked struct {
	http.ResponseWriter
	line *line
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.line.Conn = conn
	return h.line, rw, err
}

func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if n > 0 {
		l.heard.Store(true)
	}
	return n, err
}

func (l *line) Write(p []byte) (int, error) {
	if l.open {
		return l.Conn.Write(p)
	}
	l.answer = bytes.Clone(p)
	return len(p), nil
}

// answerHandshake sends the answer that was kept back. Nothing else may be
// written meanwhile.
func (l *line) answerHandshake() {
	l.open = true
	l.Conn.Write(l.answer) // the reader finds out when it fails
	l.answer = nil
}

// CloseWrite closes the sending half, where the network can.
func (l *line) CloseWrite() error {
	half, ok := l.Conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	return half.CloseWrite()
}
