package metrics_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/metrics"
)

func two(w *metrics.Writer) {
	w.Counter("app_calls_total", "Calls that were answered.", 12)
	w.Gauge("app_connections", "Connections that are open.", 0)
}

func get(t *testing.T, h http.Handler, from string, headers ...string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	r.RemoteAddr = from
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestHandlerWritesTheTextFormat(t *testing.T) {
	t.Parallel()
	for worker, want := range map[int]string{
		0: "# HELP app_calls_total Calls that were answered.\n# TYPE app_calls_total counter\napp_calls_total 12\n" +
			"# HELP app_connections Connections that are open.\n# TYPE app_connections gauge\napp_connections 0\n",
		3: "# HELP app_calls_total Calls that were answered.\n# TYPE app_calls_total counter\napp_calls_total{worker=\"3\"} 12\n" +
			"# HELP app_connections Connections that are open.\n# TYPE app_connections gauge\napp_connections{worker=\"3\"} 0\n",
	} {
		if code, text := get(t, metrics.Handler(worker, two), "127.0.0.1:9"); code != http.StatusOK || text != want {
			t.Errorf("worker %d: got %d\n%s\nwant\n%s", worker, code, text, want)
		}
	}
}

func TestHandlerAnswersWhoIsNear(t *testing.T) {
	t.Parallel()
	h := metrics.Handler(0, two)
	for from, want := range map[string]int{
		"127.0.0.1:9": 200, "[::1]:9": 200, "10.1.2.3:9": 200, "192.168.0.7:9": 200, "[fd00::1]:9": 200, "[::ffff:10.0.0.1]:9": 200,
		"[fe80::1%eth0]:9": 200, "8.8.8.8:9": 404, "[2001:db8::1]:9": 404, "@": 404, "": 404,
	} {
		if code, _ := get(t, h, from); code != want {
			t.Errorf("from %q: got %d, want %d", from, code, want)
		}
	}
}

func TestHandlerIsClosedToProxies(t *testing.T) {
	t.Parallel()
	h := metrics.Handler(0, two)
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"} {
		if code, _ := get(t, h, "127.0.0.1:9", header, "127.0.0.1"); code != http.StatusNotFound {
			t.Errorf("with %s: got %d, want 404", header, code)
		}
	}
}
