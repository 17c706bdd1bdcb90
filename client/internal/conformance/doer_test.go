package conformance

import (
	"context"
	"net/http"
	"net/http/httptrace"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// Doers that do what wrappers of other people do.

// following follows redirects, as an http.Client that is not known for one.
func following(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc((&http.Client{Transport: rt}).Do)
}

// oneConnection sends everything over one connection, and says so as net/http does.
func oneConnection(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		conn, err := rt.(*http.Transport).NewClientConn(req.Context(), req.URL.Scheme, req.URL.Host+":443")
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		trace := httptrace.ContextClientTrace(req.Context())
		trace.GetConn(req.URL.Host)
		trace.GotConn(httptrace.GotConnInfo{})
		return conn.RoundTrip(req)
	})
}

// twice sends every request a second time, under another context if one is given.
func twice(ctx context.Context) func(rt http.RoundTripper) client.Doer {
	return func(rt http.RoundTripper) client.Doer {
		return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
			if ctx != nil {
				req = req.WithContext(ctx)
			}
			first := req.Clone(req.Context())
			if req.GetBody != nil {
				first.Body, _ = req.GetBody()
			}
			if resp, err := rt.RoundTrip(first); err == nil {
				_ = resp.Body.Close()
			}
			return rt.RoundTrip(req)
		})
	}
}
