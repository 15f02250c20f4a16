// Package limit is the least code that answers the benchmark's requests: what
// net/http, encoding/json and a websocket allow. It knows one record type and
// no hooks, queries, errors or validation. No framework reaches it.
package limit

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// app holds the records and those who hear of them.
type app struct {
	// mu guards list.
	mu   sync.RWMutex
	list []*message

	// connMu guards conns.
	connMu sync.Mutex
	conns  []*wsconn.Conn
}

// New returns the server. Its websockets end with their clients.
func New() http.Handler {
	a := &app{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /messages/{id}", func(w http.ResponseWriter, r *http.Request) {
		respond(w, http.StatusOK, a.get(r.PathValue("id")))
	})
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, r *http.Request) {
		limit, _ := strconv.Atoi(r.URL.Query().Get("$limit")) // the benchmark's is a number
		respond(w, http.StatusOK, a.find(limit))
	})
	mux.HandleFunc("POST /messages", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		created := a.create(body)
		respond(w, http.StatusCreated, created)
		if created != nil {
			a.publish(created)
		}
	})
	mux.HandleFunc("/socket.io/", a.socket)
	return mux
}

// respond answers with JSON; nil is a client's mistake.
func respond(w http.ResponseWriter, status int, body []byte) {
	if body == nil {
		status = http.StatusBadRequest
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body) // a client that went away is not the server's concern
}

type message struct {
	ID   int     `json:"id"`
	Text string  `json:"text"`
	TS   float64 `json:"ts"`
	Seq  float64 `json:"seq"`
}

// The methods return JSON, or nil for what can not be done.

func (a *app) create(data []byte) []byte {
	m := &message{}
	if json.Unmarshal(data, m) != nil {
		return nil
	}
	a.mu.Lock()
	a.list = append(a.list, m)
	m.ID = len(a.list)
	a.mu.Unlock()
	return encode(m)
}

func (a *app) get(id string) []byte {
	n, err := strconv.Atoi(id)
	a.mu.RLock()
	defer a.mu.RUnlock()
	if err != nil || n < 1 || n > len(a.list) {
		return nil
	}
	return encode(a.list[n-1])
}

func (a *app) find(limit int) []byte {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return encode(struct {
		Total int        `json:"total"`
		Limit int        `json:"limit"`
		Skip  int        `json:"skip"`
		Data  []*message `json:"data"`
	}{len(a.list), limit, 0, a.list[:min(max(limit, 0), len(a.list))]})
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}
