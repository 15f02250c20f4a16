// Package metrics shows how an app does, in the text format of Prometheus.
package metrics

import (
	"bytes"
	"net/http"
	"net/netip"
	"strconv"
)

// A Source writes the metrics of one part of the app. It may be called by
// several requests at a time.
type Source func(w *Writer)

// A Writer takes the metrics of one answer.
type Writer struct {
	text   bytes.Buffer
	labels string
}

// Counter writes a count since the process started, whose name ends in _total.
func (w *Writer) Counter(name, help string, value uint64) { w.metric(name, help, "counter", value) }

// Gauge writes what may also become less.
func (w *Writer) Gauge(name, help string, value uint64) { w.metric(name, help, "gauge", value) }

func (w *Writer) metric(name, help, kind string, value uint64) {
	w.text.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " " + kind + "\n" + name + w.labels + " ")
	w.text.Write(strconv.AppendUint(w.text.AvailableBuffer(), value, 10))
	w.text.WriteByte('\n')
}

// Handler answers with what the sources write. Metrics of one of several
// workers bear its number as the label worker, which is 0 for an app without.
//
// They are for whoever runs the app: the request has to come from a loopback
// or private address, and not through a proxy, which others may use too.
func Handler(worker int, sources ...Source) http.Handler {
	labels := ""
	if worker > 0 {
		labels = `{worker="` + strconv.Itoa(worker) + `"}`
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !near(r) {
			http.NotFound(rw, r)
			return
		}
		w := Writer{labels: labels}
		for _, source := range sources {
			source(&w)
		}
		rw.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		rw.Header().Set("Cache-Control", "no-store")
		_, _ = rw.Write(w.text.Bytes())
	})
}

// near reports whether a request comes from this machine or its network.
func near(r *http.Request) bool {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	addr := peer.Addr().Unmap()
	return err == nil && (addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast())
}
