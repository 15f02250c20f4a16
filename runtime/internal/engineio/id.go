package engineio

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
)

const (
	idLength    = 20
	maxWorker   = 64 // bytes of a name that is asked for
	ownerSuffix = 1 + idLength
)

// NewID returns an unguessable id of 20 characters.
func NewID() string {
	var b [idLength * 3 / 4]byte
	rand.Read(b[:]) // never fails, says its documentation
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// newID returns the id of a new session: an unguessable one, behind the name
// of the worker that has it.
func (s *Server) newID() string {
	if s.opts.Worker == "" {
		return NewID()
	}
	return s.opts.Worker + "." + NewID()
}

// ownerOf returns the worker that an id names, "" for none.
func ownerOf(sid string) string {
	n := len(sid) - ownerSuffix
	if n <= 0 || n > maxWorker || sid[n] != '.' {
		return ""
	}
	return sid[:n]
}

// forward gives a request of another worker's session away, and a handshake
// that comes too late for this one. A session whose worker is gone is answered
// here: nobody knows it.
func (s *Server) forward(w http.ResponseWriter, r *request) bool {
	switch {
	case s.opts.Forward == nil:
		return false
	case r.sid == "":
		return s.isStopping() && s.opts.Forward(w, r.Request, "")
	}
	owner := ownerOf(r.sid)
	return owner != "" && owner != s.opts.Worker && s.opts.Forward(w, r.Request, owner)
}
