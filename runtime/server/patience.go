package server

import (
	"bufio"
	"io"
	"math"
	"net"
	"net/http"
	"time"
)

// patient returns a handler that cuts the connections of clients who do not
// read their answers. Every piece of an answer has its own time: long downloads
// and streams of events go on for as long as the client keeps up.
func patient(next http.Handler, timeout time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &writer{ResponseWriter: w, control: *http.NewResponseController(w), timeout: timeout}
		next.ServeHTTP(p, r)
		p.extend() // net/http writes the rest
	})
}

// piece is how much of an answer has to be taken within the time.
const piece = 64 << 10

// A writer sets a deadline for every piece of an answer.
type writer struct {
	http.ResponseWriter
	control  http.ResponseController
	timeout  time.Duration
	hijacked bool
}

var _ interface {
	http.Flusher
	http.Hijacker
	io.ReaderFrom
} = (*writer)(nil)

// extend begins the time anew. Whoever took the connection over sees to it
// himself.
func (w *writer) extend() {
	if !w.hijacked {
		// Where it fails the connection is gone.
		_ = w.control.SetWriteDeadline(time.Now().Add(w.timeout))
	}
}

func (w *writer) Write(p []byte) (n int, err error) {
	for first := true; first || len(p) > 0 && err == nil; first = false {
		w.extend()
		var m int
		m, err = w.ResponseWriter.Write(p[:min(len(p), piece)])
		n, p = n+m, p[m:]
	}
	return n, err
}

// ReadFrom lets net/http copy files without a detour, for which it has to see
// that they are files.
func (w *writer) ReadFrom(src io.Reader) (n int64, err error) {
	all, ok := src.(*io.LimitedReader)
	if !ok {
		all = &io.LimitedReader{R: src, N: math.MaxInt64}
	}
	for want, m := int64(1), int64(1); m == want && want > 0 && err == nil; {
		w.extend()
		want = min(all.N, piece)
		m, err = io.Copy(w.ResponseWriter, &io.LimitedReader{R: all.R, N: want})
		all.N -= m
		n += m
	}
	return n, err
}

// FlushError sends what is buffered.
func (w *writer) FlushError() error {
	w.extend()
	return w.control.Flush()
}

// Flush is FlushError for those who ask for an http.Flusher.
func (w *writer) Flush() { _ = w.FlushError() }

// Hijack hands the connection over, without a deadline.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := w.control.Hijack()
	w.hijacked = w.hijacked || err == nil
	return conn, rw, err
}

// Unwrap lets an http.ResponseController find what else there is.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
