package clienttest

import (
	"io"
	"log"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// PipeURL stands for the server behind a pipe; it is never resolved.
const PipeURL = "http://localhost"

// A Server speaks HTTP/1.1 over pipes to the clients that it makes, and counts their requests.
type Server struct {
	Transport *http.Transport
	tb        testing.TB
	count     atomic.Int64
}

// Serve starts a server, which ends with the test.
func Serve(tb testing.TB, h http.HandlerFunc) *Server {
	tb.Helper()
	l := NewPipeListener()
	s := &Server{tb: tb, Transport: &http.Transport{DialContext: l.Dial}}
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
		ErrorLog:          log.New(io.Discard, "", 0), // connections that a test breaks on purpose
		ReadHeaderTimeout: time.Hour,
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l)
	}()
	tb.Cleanup(func() {
		s.Transport.CloseIdleConnections()
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

// ServeNothing fails the test with the first request.
func ServeNothing(tb testing.TB) *Server {
	tb.Helper()
	return Serve(tb, func(_ http.ResponseWriter, r *http.Request) {
		tb.Errorf("a request was sent: %s %s", r.Method, r.URL)
	})
}

// Options make a client talk to the server.
func (s *Server) Options(more ...client.Option) []client.Option {
	return append([]client.Option{
		client.WithBaseURL(PipeURL), client.WithHTTPClient(&http.Client{Transport: s.Transport}),
	}, more...)
}

// Client makes a client of the server, with the token of the tests.
func (s *Server) Client(more ...client.Option) *client.Client {
	s.tb.Helper()
	return s.ClientOf(client.StaticToken(Token), more...)
}

// ClientOf makes one with another token.
func (s *Server) ClientOf(ts client.TokenSource, more ...client.Option) *client.Client {
	s.tb.Helper()
	c, err := client.New(ts, s.Options(more...)...)
	if err != nil {
		s.tb.Fatal(err)
	}
	return c
}

// Requests counts those that the server has received.
func (s *Server) Requests() int { return int(s.count.Load()) }
