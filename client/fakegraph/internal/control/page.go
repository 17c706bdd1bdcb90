package control

import (
	"bytes"
	"embed"
	"net/http"
	"path"
	"time"
)

//go:embed page
var files embed.FS

// types are the files of the page.
var types = map[string]string{
	"index.html": "text/html; charset=utf-8",
	"page.css":   "text/css; charset=utf-8",
	"page.js":    "text/javascript; charset=utf-8",
	"show.js":    "text/javascript; charset=utf-8",
}

func page(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if name == "" {
		name = "index.html"
	}
	text, err := files.ReadFile(path.Join("page", name))
	if types[name] == "" || err != nil {
		unknown(w, "path")
		return
	}
	w.Header().Set("Content-Type", types[name])
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(text))
}
