package engineio

import (
	"net/http"
)

// cors sets the headers that let pages of allowed origins read the answer,
// and answers a preflight request, which it reports.
func (s *Server) cors(w http.ResponseWriter, r *http.Request) (done bool) {
	if s.opts.AllowOrigin == nil {
		return false
	}
	header := w.Header()
	header.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" && s.opts.AllowOrigin(origin) {
		header.Set("Access-Control-Allow-Origin", origin)
	}
	if r.Method != http.MethodOptions {
		return false
	}
	header.Set("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		header.Add("Vary", "Access-Control-Request-Headers")
		header.Set("Access-Control-Allow-Headers", asked)
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}
