// Package static serves an app's web files.
package static

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// Handler serves files by their paths. It holds them in memory.
type Handler struct {
	files map[string]file
	next  http.Handler
}

type file struct {
	content []byte
	kind    string
	tag     string
}

// New returns a handler for the files of fsys. A folder is served by its
// index.html. Requests for anything else, and those that are neither GET nor
// HEAD, go to next.
func New(fsys fs.FS, next http.Handler) (*Handler, error) {
	h := &Handler{files: map[string]file{}, next: next}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		h.add("/"+name, content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read web files: %w", err)
	}
	return h, nil
}

func (h *Handler) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	f := file{
		content: content,
		kind:    mime.TypeByExtension(path.Ext(name)),
		tag:     `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
	}
	h.files[name] = f
	if folder, ok := strings.CutSuffix(name, "index.html"); ok {
		h.files[folder] = f
	}
}

// ServeHTTP answers with the file at the request's path. Clients keep it and
// ask each time whether it changed, so that a new build shows at once.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := h.files[r.URL.Path]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.next.ServeHTTP(w, r)
		return
	}
	header := w.Header()
	if f.kind != "" {
		header.Set("Content-Type", f.kind)
	}
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", f.tag)
	header.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, r.URL.Path, time.Time{}, bytes.NewReader(f.content))
}
