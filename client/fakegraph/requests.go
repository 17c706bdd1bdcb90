package fakegraph

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// keptRequests bounds the memory of a server that runs for long.
const keptRequests = 10_000

// Request is one request that arrived. It holds no token, no app secret proof and no body; for what a change did, see
// [Server.Group] and [Server.Photo].
type Request struct {
	// Number counts the requests of a server from 1.
	Number int
	// Operation is an operation id of the contract, such as [GetGroupInfo], or empty when the request reached none.
	Operation string
	// Method is the HTTP method.
	Method string
	// Path is as it came, percent-encoding included.
	Path string
	// Query has "[redacted]" for the values of appsecret_proof and access_token.
	Query url.Values
	// Header lacks Authorization, Proxy-Authorization and Cookie.
	Header http.Header
	// ContentType is the Content-Type of the body, as it came.
	ContentType string
	// BodyBytes is the length of the body, 0 for one that was too large or broke off.
	BodyBytes int
	// Status is the HTTP status of the answer, and 0 when there was none, or not yet.
	Status int
}

// Requests returns the requests that arrived, in that order, those still unanswered included. The server keeps the
// latest 10,000; [Request.Number] tells whether there were more.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Request, 0, len(s.requests))
	for i := range s.requests {
		r := *s.requests[(s.arrived+i)%len(s.requests)] // a ring once it is full; before, arrived is its length
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
func (s *Server) record(r *http.Request, operation string, query url.Values) *Request {
	entry := &Request{
		Operation:   operation,
		Method:      r.Method,
		Path:        r.URL.EscapedPath(),
		Query:       maps.Clone(query),
		Header:      r.Header.Clone(),
		ContentType: r.Header.Get("Content-Type"),
	}
	for _, key := range []string{"appsecret_proof", "access_token"} {
		if entry.Query.Has(key) {
			entry.Query.Set(key, redacted)
		}
	}
	for _, key := range []string{"Authorization", "Proxy-Authorization", "Cookie"} {
		entry.Header.Del(key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) < keptRequests {
		s.requests = append(s.requests, entry)
	} else {
		s.requests[s.arrived%keptRequests] = entry
	}
	s.arrived++
	entry.Number = s.arrived
	return entry
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
