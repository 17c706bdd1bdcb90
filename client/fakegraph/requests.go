package fakegraph

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// What a server that runs for long keeps of its requests.
const (
	keptRequests = 10_000
	keptBytes    = 16 << 20 // the sum of Request.size
	// Of a request that is larger than this, neither header nor query is kept, and of the path keptPath.
	keptPerRequest = 1 << 20
	keptPath       = 64 << 10
)

// Request is one request that arrived. It has no body; for what a change did, see [Server.Group] and [Server.Photo].
// A token, an app secret or a proof is "[redacted]" wherever the request had it, unless it is shorter than 8 characters.
type Request struct {
	// Number counts the requests of a server from 1.
	Number int
	// Op is the operation, such as [GetGroup], or empty when the request reached none.
	Op string
	// Method is the HTTP method; "[redacted]" stands for one that is not made of capital letters.
	Method string
	// Path is as it came, percent-encoding included.
	Path string
	// Query is the decoded query.
	Query url.Values
	// Header lacks Authorization, Proxy-Authorization and Cookie.
	Header http.Header
	// ContentType is the Content-Type of the body, as it came.
	ContentType string
	// BodyBytes is the length of the body, 0 for one that was too large or broke off.
	BodyBytes int
	// Status is the HTTP status of the response, and 0 when there was none, or not yet.
	Status int

	size int // what it counts for among keptBytes
}

// Requests returns the requests that arrived, in that order, those without a response included. The server keeps the
// latest 10,000 of them and at most 16 MiB, and of a request above 1 MiB neither query nor header, and 64 KiB of
// the path; the first [Request.Number] tells whether there were more.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Request, 0, len(s.requests))
	for _, entry := range s.requests {
		r := *entry
		r.Query = maps.Clone(r.Query)
		for key, values := range r.Query {
			r.Query[key] = slices.Clone(values)
		}
		r.Header = r.Header.Clone()
		list = append(list, r)
	}
	return list
}

// record keeps what may be kept of a request.
func (s *Server) record(r *http.Request, op string, query url.Values, hide secrets) *Request {
	entry := &Request{Op: op, Method: hide.scrubMethod(r.Method)}
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
	for _, key := range []string{"access_token", "appsecret_proof"} { // whatever their length
		if entry.Query.Has(key) {
			entry.Query.Set(key, redacted)
		}
	}
	entry.size = size
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrived++
	entry.Number = s.arrived
	s.requests = append(s.requests, entry)
	s.bytes += entry.size
	for len(s.requests) > keptRequests || s.bytes > keptBytes {
		s.bytes -= s.requests[0].size
		s.requests[0] = nil
		s.requests = s.requests[1:]
	}
	return entry
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

func (s *Server) recordBody(entry *Request, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.BodyBytes = n
}

func (s *Server) recordStatus(entry *Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Status = status
}
