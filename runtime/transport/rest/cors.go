package rest

import "net/http"

// allowOrigin sets the headers of the fetch standard's CORS protocol, by
// which any site may call, and answers OPTIONS requests. It reports whether
// it answered. Credentials in cookies are never allowed, so nothing is given
// away: clients have to bring their token.
func allowOrigin(w http.ResponseWriter, r *http.Request) bool {
	h := w.Header()
	h["Access-Control-Allow-Origin"] = anyOrigin
	if r.Method != http.MethodOptions {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		h.Set("Access-Control-Allow-Headers", asked)
		h.Add("Vary", "Access-Control-Request-Headers")
	}
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusNoContent)
	return true
}

var anyOrigin = []string{"*"}
