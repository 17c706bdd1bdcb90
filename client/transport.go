package client

import "net/http"

// withoutRedirects returns a Doer that does not follow redirects, without changing the caller's own.
func withoutRedirects(d Doer) Doer {
	switch d := d.(type) {
	case nil:
		return roundTripper{newTransport()}
	case *http.Client:
		if d == nil {
			return roundTripper{newTransport()}
		}
		if d.Jar == nil && d.Timeout == 0 {
			// Nothing of the http.Client is used but its transport.
			if d.Transport == nil {
				return roundTripper{http.DefaultTransport}
			}
			return roundTripper{d.Transport}
		}
		c := *d
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		return &c
	}
	return d
}

// roundTripper is a Doer that sends exactly one request.
type roundTripper struct{ http.RoundTripper }

func (rt roundTripper) Do(req *http.Request) (*http.Response, error) { return rt.RoundTrip(req) }

// newTransport clones the default transport, for its proxy, dialer and HTTP/2 settings, and gives it room for many
// callers: with the two idle connections per host of the default, most calls of a busy program would dial.
func newTransport() *http.Transport {
	t, ok := http.DefaultTransport.(*http.Transport)
	if ok {
		t = t.Clone()
	} else {
		t = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	}
	t.MaxIdleConns = 256
	t.MaxIdleConnsPerHost = 256
	// Graph's headers are a few kilobytes; the default would let a hostile server fill 10 MiB.
	t.MaxResponseHeaderBytes = 256 << 10
	// The default would let it fill 4 MiB of a body before the first byte is read.
	t.HTTP2 = &http.HTTP2Config{MaxReceiveBufferPerStream: 256 << 10}
	return t
}
