// Package control is the control API of the fake Graph server, and the page for people that uses it. The document
// openapi.yaml describes the API; package wire is generated from it.
package control

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

// Path is where the API and the page are.
const Path = "/_fake"

//go:embed openapi.yaml
var document []byte

// Fake is what the API controls. The text of an error is a field, a colon and the rule that the field breaks.
type Fake interface {
	Health() wire.Health

	Groups() wire.GroupList
	Group(id string) (wire.Group, bool)
	PutGroup(wire.Group) error
	DeleteGroup(id string) bool
	Photo(id string) ([]byte, bool)
	PutPhoto(id string, jpeg []byte) (found bool, err error)

	Faults() []wire.QueuedFault
	// AddFaults queues all or none; broken is the index of the one that is wrong, -1 for the whole list.
	AddFaults([]wire.Fault) (queued []wire.QueuedFault, broken int, err error)
	CancelFault(id int) bool

	Requests(limit int) []wire.Request
	Request(number int) (wire.Request, bool)
	Deliveries(limit int) []wire.Delivery

	State() wire.State
	// SetState replaces all groups or none; broken is the index of the one that is wrong, -1 for the whole list.
	SetState([]wire.Group) (broken int, err error)
	Reset()

	Revisions() wire.Revisions
	// Watch returns a channel that gets a value when a revision has changed, until stop is called.
	Watch() (changed <-chan struct{}, stop func())
	// UntilClosed returns a context that also ends with the server, and a function to let go of it.
	UntilClosed(context.Context) (context.Context, func())
}

// MostFaults can wait.
const MostFaults = 1_000

// The most bytes of a body, and the most streams of events at a time.
const (
	mostPhoto   = 5<<20 + 1 // one more than allowed, so that the rule for photos speaks
	mostJSON    = 8 << 20
	mostState   = 64 << 20
	mostTokens  = 2_000_000 // of JSON; 10,000 groups with all that they can have take half of it
	mostStreams = 64
)

var schemas = sync.OnceValues(func() (openapi3.Schemas, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	return doc.Components.Schemas, doc.Validate(context.Background())
})

// api implements the operations of the document.
type api struct {
	fake    Fake
	schemas openapi3.Schemas
	streams atomic.Int32
}

var _ wire.ServerInterface = (*api)(nil)

// NewHandler returns a handler for Path and what is below it.
func NewHandler(f Fake) (http.Handler, error) {
	known, err := schemas()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	wire.HandlerWithOptions(&api{fake: f, schemas: known}, wire.StdHTTPServerOptions{
		BaseURL: Path, BaseRouter: mux,
		ErrorHandlerFunc: func(w http.ResponseWriter, _ *http.Request, err error) {
			name := "path"
			if e, ok := errors.AsType[*wire.InvalidParamFormatError](err); ok {
				name = e.ParamName
			}
			refuse(w, http.StatusBadRequest, name, "must be a whole number")
		},
	})
	mux.HandleFunc("GET "+Path+"/{$}", page)
	mux.HandleFunc("GET "+Path+"/{file}", page)
	mux.HandleFunc(Path+"/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "path", "no such method and path, see "+Path+"/openapi.yaml")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w)
		mux.ServeHTTP(w, r)
	}), nil
}

func protect(w http.ResponseWriter) {
	for key, value := range safety {
		w.Header().Set(key, value)
	}
}

// Refuse writes a refusal that comes from elsewhere.
func Refuse(w http.ResponseWriter, status int, field, rule string) {
	protect(w)
	refuse(w, status, field, rule)
}

// safety keeps a browser from running, framing or reusing what comes from here.
var safety = map[string]string{
	"Cache-Control": "no-store",
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
}

func show(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // the client may be gone
}

func refuse(w http.ResponseWriter, status int, field, rule string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(wire.Refusal{Field: field, Rule: rule})
}

// refuseError writes an error of the form "field: rule". A field is below the element, if there is one.
func refuseError(w http.ResponseWriter, element string, err error) {
	field, rule, _ := strings.Cut(err.Error(), ": ")
	field = strings.NewReplacer("[", ".", "]", "").Replace(field)
	switch {
	case element != "" && field == "body":
		field = element
	case element != "":
		field = element + "." + field
	}
	refuse(w, http.StatusBadRequest, field, rule)
}

func unknown(w http.ResponseWriter, field string) {
	refuse(w, http.StatusNotFound, field, "there is no such "+field)
}

// done writes the response of what has no result.
func done(w http.ResponseWriter, found bool, field string) {
	if !found {
		unknown(w, field)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// read reads a body; false means that it was refused.
func read(w http.ResponseWriter, r *http.Request, media string, limit int64) ([]byte, bool) {
	if got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || got != media {
		refuse(w, http.StatusBadRequest, "Content-Type", "must be "+media)
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		refuse(w, http.StatusRequestEntityTooLarge, "body", fmt.Sprintf("at most %d bytes are allowed", limit))
		return nil, false
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "body", "could not be read")
		return nil, false
	}
	return body, true
}

// Health says that the server is ready.
func (a *api) Health(w http.ResponseWriter, _ *http.Request) { show(w, a.fake.Health()) }

// Document shows the document of this API.
func (a *api) Document(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = io.Copy(w, bytes.NewReader(document))
}
