package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// withoutRedirects returns a Doer that does not follow redirects, without changing the caller's own, and net/http's
// transport where requests go straight to it. example is a request.
func withoutRedirects(d Doer, example *http.Request) (Doer, *http.Transport) {
	c, ok := d.(*http.Client)
	switch {
	case d == nil:
		return roundTripper{defaultTransport()}, defaultTransport()
	case !ok:
		return d, nil
	}
	// Most often nothing of the http.Client is used but its transport; its Timeout bounds attempts.
	rt := c.Transport
	if rt == nil {
		rt = http.DefaultTransport
	}
	t, native := rt.(*http.Transport)
	if native {
		t = withoutPlainProxy(t, example)
		rt = t
	}
	if c.Jar == nil {
		return roundTripper{rt}, t
	}
	own := *c
	own.Transport, own.Timeout = rt, 0
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own, t
}

// withoutPlainProxy keeps the token, which travels in the clear to a loopback address, from a proxy.
func withoutPlainProxy(t *http.Transport, example *http.Request) *http.Transport {
	if example.URL.Scheme != "http" || t.Proxy == nil {
		return t
	}
	if proxy, err := t.Proxy(example); proxy == nil && err == nil {
		return t
	}
	t = t.Clone()
	t.Proxy = nil
	return t
}

// roundTripper is a Doer that sends exactly one request.
type roundTripper struct{ http.RoundTripper }

func (rt roundTripper) Do(req *http.Request) (*http.Response, error) { return rt.RoundTrip(req) }

// CloseIdleConnections hands the call on; an embedded RoundTripper does not have the method.
func (rt roundTripper) CloseIdleConnections() {
	if t, ok := rt.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// defaultTransport is what clients share unless [WithHTTPClient] says otherwise: a client of its own for each token
// costs no connection.
var defaultTransport = sync.OnceValue(NewTransport)

// NewTransport returns a new transport with the settings of the one that clients share by default. Change or wrap it,
// and pass it to [WithHTTPClient] in an *http.Client. It is a clone of [http.DefaultTransport] with these differences:
//
//   - It keeps up to 256 idle connections, all to one host if need be. http.DefaultTransport keeps two per host, so a
//     busy program would open a new connection for most calls over HTTP/1.1.
//   - Over HTTP/2 it sends a ping after 15 seconds of silence and closes the connection if there is no response within
//     5 seconds, unless http.DefaultTransport has other values.
//   - Response headers are limited to 256 KiB, and so is the part of a body that is buffered before it is read.
//   - Plain http, which the client uses for loopback addresses only, never goes through a proxy.
//   - If a proxy refuses to connect, the error says so, unless http.DefaultTransport has an OnProxyConnectResponse.
//
// To switch HTTP/2 off, set ForceAttemptHTTP2 = false, Protocols, or an empty TLSNextProto. Do not switch on
// HTTP2.StrictMaxConcurrentRequests of net/http: with it, calls hang when they reach the server's limit of streams.
func NewTransport() *http.Transport {
	t, ok := http.DefaultTransport.(*http.Transport)
	if ok {
		t = t.Clone()
		forgetHTTP2(t)
	} else {
		t = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	}
	t.MaxIdleConns = 256
	t.MaxIdleConnsPerHost = 256
	// Graph's headers are a few kilobytes; the default would let a hostile server fill 10 MiB.
	t.MaxResponseHeaderBytes = 256 << 10
	if t.HTTP2 == nil {
		t.HTTP2 = new(http.HTTP2Config)
	}
	// The default would let a server fill 4 MiB of a body before the first byte is read.
	t.HTTP2.MaxReceiveBufferPerStream = 256 << 10
	t.HTTP2.SendPingTimeout = cmp.Or(t.HTTP2.SendPingTimeout, 15*time.Second)
	t.HTTP2.PingTimeout = cmp.Or(t.HTTP2.PingTimeout, 5*time.Second)
	if proxy := t.Proxy; proxy != nil {
		t.Proxy = func(r *http.Request) (*url.URL, error) {
			if r.URL.Scheme == "http" {
				return nil, nil //nolint:nilnil // net/http's way of saying that there is no proxy
			}
			return proxy(r)
		}
	}
	if t.OnProxyConnectResponse == nil {
		t.OnProxyConnectResponse = refuseProxy
	}
	return t
}

// forgetHTTP2 takes back what a transport that was in use has told its TLS settings of HTTP/2, so that a clone decides
// for itself.
func forgetHTTP2(t *http.Transport) {
	if t.TLSClientConfig == nil {
		return
	}
	t.TLSClientConfig.NextProtos = slices.DeleteFunc(t.TLSClientConfig.NextProtos, func(p string) bool {
		return p == "h2" || p == "http/1.1"
	})
	if len(t.TLSClientConfig.NextProtos) == 0 {
		t.TLSClientConfig.NextProtos = nil
	}
}

// proxyError is a proxy's response to CONNECT. net/http reports only its status text, as if the server had sent it.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy refused to connect: %d %s", e.status, http.StatusText(e.status))
}

func refuseProxy(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &proxyError{resp.StatusCode}
	}
	return nil
}

// isProxyRefusal: another attempt does not change what a proxy allows. A proxy that fails (5xx) may recover.
func isProxyRefusal(err error) bool {
	if refusal, ok := errors.AsType[*proxyError](err); ok {
		return refusal.status < 500
	}
	text := err.Error() // of a transport without NewTransport's hook, and of a SOCKS proxy
	return strings.HasSuffix(text, http.StatusText(http.StatusProxyAuthRequired)) ||
		strings.Contains(text, "socks connect") &&
			(strings.Contains(text, "not allowed by ruleset") || strings.Contains(text, "authentication"))
}
