package conformance

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"syscall"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A soakDoer is a Doer of a soak, and how often it may send a request.
type soakDoer struct {
	make  func(rt http.RoundTripper) client.Doer
	sends int
}

var soakDoers = []soakDoer{
	{func(rt http.RoundTripper) client.Doer { return &http.Client{Transport: rt} }, 1},
	{func(rt http.RoundTripper) client.Doer { return clienttest.DoerFunc(rt.RoundTrip) }, 1},
	{twice, 2},
	{hedging, 2},
	{retrying, 2},
	{hidingBodies, 2},
	{idempotent, 100},
}

// retrying sends a request again after an error, or after a failure of the server.
func retrying(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		again := req.Clone(req.Context())
		resp, err := rt.RoundTrip(req)
		if err == nil && resp.StatusCode < 500 {
			return resp, nil
		}
		if err == nil {
			_ = resp.Body.Close()
		}
		if req.GetBody != nil {
			again.Body, _ = req.GetBody()
		}
		return rt.RoundTrip(again)
	})
}

// hidingBodies does not hide that it sends a deletion again, which could not be seen.
func hidingBodies(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		if req.GetBody == nil {
			return twice(rt).Do(req)
		}
		return hiding(rt).Do(req)
	})
}

// shaking makes connections fail at random.
type shaking struct {
	mu  sync.Mutex
	on  bool
	rng *rand.Rand
}

func (s *shaking) set(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = on
}

// hits says once in n times, if shaking, that something fails; how is a number below of.
func (s *shaking) hits(n, of int) (how int, fails bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.on || s.rng.IntN(n) > 0 {
		return 0, false
	}
	return s.rng.IntN(of), true
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

func (s *shaking) dial(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if _, fails := s.hits(20, 1); fails {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		conn, err := dial(ctx, network, address)
		return &shakyConn{Conn: conn, shaking: s}, err
	}
}

// A shakyConn loses what is written to it, or what is read, as a whole or in part.
type shakyConn struct {
	net.Conn
	*shaking
	broken bool // takes nothing any more, which net/http has not noticed
}

func (c *shakyConn) Write(b []byte) (int, error) {
	how, fails := c.hits(30, 2)
	if c.broken = c.broken || fails && how == 0; c.broken {
		return 0, syscall.EPIPE
	}
	if !fails {
		return c.Conn.Write(b)
	}
	n, _ := c.Conn.Write(b[:len(b)/2])
	_ = c.Close()
	return n, syscall.ECONNRESET
}

func (c *shakyConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	how, fails := c.hits(30, 2)
	if err != nil || !fails {
		return n, err
	}
	_ = c.Close()
	if how == 0 {
		return 0, syscall.ECONNRESET
	}
	return n / 2, nil
}
