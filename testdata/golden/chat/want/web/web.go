// Package web holds the files that the app serves to browsers.
package web

import (
	"embed"
	"io/fs"
)

//go:embed public
var public embed.FS

// Files returns the files below public.
func Files() fs.FS {
	files, err := fs.Sub(public, "public")
	if err != nil {
		panic(err) // only an invalid name fails
	}
	return files
}
