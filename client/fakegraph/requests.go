package fakegraph

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// What a server that runs for long keeps of its requests, and of its deliveries.
const (
	keptEntries = 10_000
	keptBytes   = 16 << 20
	// Of a request that is larger than this, neither header nor query is kept, and of the path keptPath.
	keptPerRequest = 1 << 20
	keptPath       = 64 << 10
)

// Request is one request that arrived. It has no body; [Server.Group] and [Server.Photo] show what a change did. A
// token, an app secret or a proof is "[redacted]" everywhere in it, unless it is shorter than 8 characters, and so is
// every value with a name such as access_token or X-App-Secret.
type Request struct {
	// Number is the number of the request, starting at 1.
	Number int
	// Op is the operation, such as [GetGroup], or empty if the request was no operation.
	Op string
	// Method is the HTTP method, or "[redacted]" if it has other characters than capital letters.
	Method string
	// Path is the path as received, with its percent-encoding.
	Path string
	// Query is the decoded query.
	Query url.Values
	// Header is the header without Authorization, Proxy-Authorization and Cookie.
	Header http.Header
	// ContentType is the Content-Type of the body, as received.
	ContentType string
	// BodyBytes is the length of the body, or 0 if it was too large or incomplete.
	BodyBytes int
	// Status is the HTTP status of the response, or 0 if there is none, or none yet.
	Status int
}

// Requests returns the requests that arrived, in their order, including those without a response. The server keeps the
// latest 10,000, and at most 16 MiB. Of a request above 1 MiB it keeps no query, no header and at most 64 KiB of the
// path. If the first [Request.Number] is not 1, older requests were dropped.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Request, len(s.requests.entries))
	for i, entry := range s.requests.entries {
		list[i] = entry.Request
		list[i].Query = url.Values(http.Header(entry.Query).Clone())
		list[i].Header = entry.Header.Clone()
	}
	return list
}

// recorded is a request, and what the control API tells in addition.
type recorded struct {
	Request

	details *details // nil without WithControl
}

// record keeps what may be kept of a request.
func (s *Server) record(r *http.Request, op string, query url.Values, hide secrets) *recorded {
	entry := &recorded{Request: Request{Op: op, Method: hide.scrubMethod(r.Method)}}
	if s.config.control {
		entry.details = &details{arrived: s.config.now(), start: time.Now()}
	}
	path, contentType := r.URL.EscapedPath(), r.Header.Get("Content-Type")
	size := len(path) + len(contentType) + sizeOf(query) + sizeOf(r.Header)
	if size > keptPerRequest {
		query, contentType = nil, ""
		path = hide.scrub(path[:min(len(path), 2*keptPath)]) // before the cut, which may go through a secret
		path = path[:min(len(path), keptPath)]
		size = len(path)
	} else {
		entry.Header = hide.scrubValues(r.Header)
		for _, key := range []string{"Authorization", "Proxy-Authorization", "Cookie"} {
			entry.Header.Del(key)
		}
	}
	entry.Path, entry.ContentType, entry.Query = hide.scrub(path), hide.scrub(contentType), hide.scrubValues(query)
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Number = s.requests.add(entry, size)
	s.touch(pieceRequests)
	return entry
}

// kept is the latest entries, as many as keptEntries and keptBytes allow.
type kept[T any] struct {
	entries []*T
	sizes   []int
	bytes   int // the sum of sizes
	arrived int // entries, those that were dropped included
}

// add returns the number of the entry.
func (k *kept[T]) add(entry *T, size int) int {
	k.arrived++
	k.entries, k.sizes, k.bytes = append(k.entries, entry), append(k.sizes, size), k.bytes+size
	k.drop()
	return k.arrived
}

// grow counts more bytes for an entry, unless it was dropped.
func (k *kept[T]) grow(entry *T, size int) {
	if i := slices.Index(k.entries, entry); i >= 0 {
		k.sizes[i], k.bytes = k.sizes[i]+size, k.bytes+size
		k.drop()
	}
}

func (k *kept[T]) drop() {
	for len(k.entries) > keptEntries || k.bytes > keptBytes {
		k.bytes -= k.sizes[0]
		k.entries[0] = nil // for the garbage collector
		k.entries, k.sizes = k.entries[1:], k.sizes[1:]
	}
}

func (k *kept[T]) list() []T {
	list := make([]T, len(k.entries))
	for i, entry := range k.entries {
		list[i] = *entry
	}
	return list
}

func sizeOf(values map[string][]string) (n int) {
	for key, list := range values {
		n += len(key)
		for _, value := range list {
			n += len(value) + 16 // the string itself
		}
	}
	return n
}

func (s *Server) recordBody(entry *recorded, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.BodyBytes = n
}

func (s *Server) recordStatus(entry *recorded, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Status = status
	s.touch(pieceRequests)
}
