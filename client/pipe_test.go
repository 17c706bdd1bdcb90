package client_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

// pipeListener is a listener whose connections are pipes in memory. Unlike sockets they work in a synctest bubble,
// where the time stands still until everybody waits.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func()
}

func newPipeListener() *pipeListener {
	l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	l.close = sync.OnceFunc(func() { close(l.closed) })
	return l
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.close()
	return nil
}

func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return near, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

// pipeURL stands for the server behind a pipe; nobody resolves it.
const pipeURL = "http://localhost"

// A server speaks HTTP/1.1 over pipes to the clients that it makes, and counts their requests.
type server struct {
	tb        testing.TB
	transport *http.Transport
	count     atomic.Int64
}

// serve starts a server, which ends with the test.
func serve(tb testing.TB, h http.HandlerFunc) *server {
	tb.Helper()
	l := newPipeListener()
	s := &server{tb: tb, transport: &http.Transport{DialContext: l.dial}}
	var mu sync.Mutex
	ended, running := sync.NewCond(&mu), 0
	count := func(n int) {
		mu.Lock()
		running += n
		mu.Unlock()
		ended.Signal()
	}
	srv := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			count(1)
			defer count(-1)
			s.count.Add(1)
			h(w, r)
		}),
		ErrorLog: log.New(io.Discard, "", 0), // connections that a test breaks on purpose
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l)
	}()
	tb.Cleanup(func() {
		s.transport.CloseIdleConnections()
		_ = srv.Close()
		<-done
		mu.Lock()
		for running > 0 {
			ended.Wait()
		}
		mu.Unlock()
	})
	return s
}

// serveNothing fails the test with the first request.
func serveNothing(tb testing.TB) *server {
	tb.Helper()
	return serve(tb, func(_ http.ResponseWriter, r *http.Request) {
		tb.Errorf("a request was sent: %s %s", r.Method, r.URL)
	})
}

// options make a client talk to the server.
func (s *server) options(more ...client.Option) []client.Option {
	return append([]client.Option{
		client.WithBaseURL(pipeURL), client.WithHTTPClient(&http.Client{Transport: s.transport}),
	}, more...)
}

func (s *server) client(more ...client.Option) *client.Client {
	s.tb.Helper()
	return s.clientOf(client.StaticToken(testToken), more...)
}

func (s *server) clientOf(ts client.TokenSource, more ...client.Option) *client.Client {
	s.tb.Helper()
	c, err := client.New(ts, s.options(more...)...)
	if err != nil {
		s.tb.Fatal(err)
	}
	return c
}

// requests counts those that the server has received.
func (s *server) requests() int { return int(s.count.Load()) }
