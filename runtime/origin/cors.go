package origin

import "net/http"

// CORS sets the headers of the Fetch standard's CORS protocol that let pages
// of the allowed origins read the answer, and answers OPTIONS requests, which
// it reports. Others get the same answers without these headers, so browsers
// keep them from pages.
//
// Cookies are never allowed, so nothing is given away to a page whose user is
// logged in: clients have to bring their token.
func (p Policy) CORS(w http.ResponseWriter, r *http.Request) (done bool) {
	allowed := p.allow(w.Header(), r)
	if r.Method != http.MethodOptions {
		return false
	}
	h := w.Header()
	if allowed {
		h["Access-Control-Allow-Methods"] = methods
		if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
			h.Set("Access-Control-Allow-Headers", asked)
			h.Add("Vary", "Access-Control-Request-Headers")
		}
	}
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// Handler returns next with CORS.
func (p Policy) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.CORS(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

var (
	anyOrigin = []string{"*"}
	methods   = []string{"GET,HEAD,PUT,PATCH,POST,DELETE"}
)

// allow sets the headers that every answer has, and tells whether the page is
// allowed. One of the server's own origin needs none.
func (p Policy) allow(h http.Header, r *http.Request) bool {
	switch {
	case p.any:
		h["Access-Control-Allow-Origin"] = anyOrigin
		return true
	case len(p.origins) == 0:
		return false
	}
	h.Add("Vary", "Origin")
	named := r.Header["Origin"]
	if o, ok := parseHeader(named); !ok || !p.has(o) {
		return false
	}
	h["Access-Control-Allow-Origin"] = named
	return true
}
