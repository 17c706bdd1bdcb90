package client

import "net/http"

// withoutRedirects returns a Doer that does not follow redirects, without changing the caller's own.
func withoutRedirects(d Doer) Doer {
	switch d := d.(type) {
	case nil:
		return roundTripper{NewTransport()}
	case *http.Client:
		if d == nil {
			return roundTripper{NewTransport()}
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

// NewTransport returns a transport as a client has by default, to be changed or wrapped and given to [WithHTTPClient]:
// a clone of [http.DefaultTransport], for its proxy, dialer and HTTP/2 settings, with room for 256 idle connections and
// answer headers of at most 256 KiB. With the two idle connections per host of http.DefaultTransport most calls of a
// busy program would dial over HTTP/1.1.
func NewTransport() *http.Transport {
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
	if t.HTTP2 == nil {
		t.HTTP2 = new(http.HTTP2Config)
	}
	t.HTTP2.MaxReceiveBufferPerStream = 256 << 10
	return t
}
