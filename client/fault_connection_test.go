package client_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// brokenAnswers are what a server can do instead of answering: each happens to the first request of a connection, after
// the server has read it.
var brokenAnswers = []struct {
	name string
	act  func(p *peer)
}{
	{"closed before the headers", func(*peer) {}},
	{"reset before the headers", (*peer).reset},
	{"closed in the status line", func(p *peer) { p.send("HTTP/1.1 20") }},
	{"closed in the headers", func(p *peer) { p.send("HTTP/1.1 200 OK\r\nContent-Type: applic") }},
	{"reset in the headers", func(p *peer) { p.send("HTTP/1.1 200 OK\r\nContent-Type: applic"); p.reset() }},
	{"closed in the body", func(p *peer) { p.send(cutInBody) }},
	{"reset in the body", func(p *peer) { p.send(cutInBody); p.reset() }},
	{"body shorter than announced", func(p *peer) {
		p.send(strings.Replace(rawAnswer(200, "{}"), "Content-Length: 2", "Content-Length: 3", 1))
	}},
	{"no body where one was announced", func(p *peer) {
		p.send("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n")
	}},
	{"broken chunk size", func(p *peer) { p.send(chunked + "zz\r\n{}\r\n0\r\n\r\n"); p.untilClosed() }},
	{"chunk without its end", func(p *peer) { p.send(chunked + "2\r\n{}") }},
	{"chunks without the last", func(p *peer) { p.send(chunked + "2\r\n{}\r\n") }},
	{"failure cut off", func(p *peer) {
		p.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 200\r\n\r\n" + graphError(100))
	}},
	{"nonsense for a status line", func(p *peer) { p.send("I am no server\r\n\r\n"); p.untilClosed() }},
	{"a status that is no number", func(p *peer) { p.send("HTTP/1.1 abc OK\r\n\r\n"); p.untilClosed() }},
	{"a header without a colon", func(p *peer) { p.send("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n{}"); p.untilClosed() }},
	{"two lengths", func(p *peer) {
		p.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}}")
		p.untilClosed()
	}},
}

const (
	cutInBody = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n" + `{"id":"`
	chunked   = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)

// An update whose answer is lost is not sent again; a read and a deletion are.
func TestBrokenAnswer(t *testing.T) {
	for _, test := range brokenAnswers {
		for _, op := range operations {
			t.Run(test.name+"/"+op.name, func(t *testing.T) {
				t.Run("for ever", func(t *testing.T) {
					s := faultSocket(t, whole(test.act))
					_ = s.try(t.Context(), t, s.client(t, quick), op, lost.of(op))
				})
				t.Run("once", func(t *testing.T) {
					s := faultSocket(t, whole(test.act), healthy)
					_ = s.try(t.Context(), t, s.client(t, quick), op, lostOnce.of(op))
				})
			})
		}
	}
}

// The error of the network can be had from the error of the client.
func TestResetCause(t *testing.T) {
	for _, op := range operations {
		s := faultSocket(t, whole((*peer).reset))
		if err := s.try(t.Context(), t, s.client(t, quick), op, lost.of(op)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("error %v does not match the reset", err)
		}
	}
}

// A server may close an idle connection at any time. The next call goes over a new one, once.
func TestIdleConnectionEnds(t *testing.T) {
	for _, end := range []struct {
		name string
		act  func(p *peer)
	}{{"closed", func(*peer) {}}, {"reset", (*peer).reset}} {
		for _, op := range operations {
			t.Run(end.name+"/"+op.name, func(t *testing.T) {
				release := make(chan struct{})
				s := faultSocket(t, func(p *peer) {
					p.send(goodAnswer(p.request().Method))
					<-release
					end.act(p)
				}, healthy)
				closed := s.watchEnd()
				c := s.client(t, quick)
				_ = s.try(t.Context(), t, c, op, want{attempts: 1, requests: 1})
				close(release)
				<-closed
				_ = s.try(t.Context(), t, c, op, want{attempts: 1, requests: 1})
				equal(t, "connections", s.dials.Load(), 2)
			})
		}
	}
}

// When it is the next request that the connection does not survive, an update may have been carried out. The transport
// itself repeats a read in this case, and only that.
func TestReusedConnectionEnds(t *testing.T) {
	reused := wants{
		read:   want{attempts: 1, requests: 2},
		update: want{class: client.ErrAmbiguous, attempts: 1, requests: 1},
		remove: want{attempts: 2, requests: 2},
	}
	for _, end := range []struct {
		name string
		act  func(p *peer)
	}{{"closed", func(*peer) {}}, {"reset", (*peer).reset}} {
		for _, op := range operations {
			t.Run(end.name+"/"+op.name, func(t *testing.T) {
				s := faultSocket(t, whole(func(p *peer) {
					p.send(goodAnswer(op.method))
					whole(end.act)(p)
				}), healthy)
				c := s.client(t, quick)
				_ = s.try(t.Context(), t, c, op, want{attempts: 1, requests: 1})
				_ = s.try(t.Context(), t, c, op, reused.of(op))
			})
		}
	}
}

// When nothing could be written to an idle connection, the transport takes another one. The connection that failed then
// says nothing about the call: nobody has seen the request.
func TestNothingWritten(t *testing.T) {
	for _, op := range operations {
		for _, test := range []struct {
			name   string
			refuse bool // the second connection
			want   want
		}{
			{"then refused by the server", false, want{class: client.ErrNotFound, attempts: 1, requests: 1}},
			{"then no connection", true, want{class: client.ErrNotSent, attempts: 3}},
		} {
			t.Run(test.name+"/"+op.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faultPipe(t, whole(func(p *peer) {
						p.send(goodAnswer(op.method))
						p.untilClosed()
					}), whole(func(p *peer) {
						p.send(rawAnswer(400, graphError(131041)))
						p.untilClosed()
					}))
					var broken atomic.Bool
					dial := s.transport.DialContext
					s.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
						if broken.Load() && test.refuse {
							return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
						}
						c, err := dial(ctx, network, address)
						if s.dials.Load() == 1 {
							c = brokenConn{c, &broken}
						}
						return c, err
					}
					c := s.client(t)
					_ = s.try(t.Context(), t, c, op, want{attempts: 1, requests: 1})
					broken.Store(true)
					_ = s.try(t.Context(), t, c, op, test.want)
				})
			})
		}
	}
}

// A brokenConn takes nothing any more, and the transport has not noticed yet.
type brokenConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c brokenConn) Write(b []byte) (int, error) {
	if c.broken.Load() {
		return 0, syscall.EPIPE
	}
	return c.Conn.Write(b)
}

// An answer that nobody asked for ends its connection, so that no call can take it for its own. Only a call that starts
// before net/http has looked at what follows an answer might: hence the Wait.
func TestUnsolicitedAnswer(t *testing.T) {
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard) // net/http complains
	for _, surplus := range []string{rawAnswer(400, graphError(100)), rawAnswer(200, "{}"), "\n", "nonsense"} {
		for _, op := range operations {
			synctest.Test(t, func(t *testing.T) {
				const calls = 3
				s := faultPipe(t, whole(func(p *peer) {
					p.send(goodAnswer(op.method) + surplus)
					p.untilClosed()
				}))
				c := s.client(t, noRetries)
				for range calls {
					_ = s.try(t.Context(), t, c, op, want{attempts: 1, requests: 1})
					synctest.Wait()
				}
				equal(t, "connections", s.dials.Load(), calls)
			})
		}
	}
}

// An answer that does not come in time is broken off, and costs no more time than it may.
func TestSlowAnswer(t *testing.T) {
	inTime := func(w want) want { w.context = context.DeadlineExceeded; return w }
	tests := []struct {
		name string
		act  func(p *peer)
	}{
		{"nothing", (*peer).untilClosed},
		{"stalled headers", func(p *peer) { p.send("HTTP/1.1 200 OK\r\nContent-Ty"); p.untilClosed() }},
		{"stalled body", func(p *peer) { p.send(cutInBody); p.untilClosed() }},
		{"trickled headers", func(p *peer) { p.trickle("HTTP/1.1 200 OK\r\n", "X-Padding: x\r\n") }},
		{"trickled body", func(p *peer) { p.trickle("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", " ") }},
	}
	for _, test := range tests {
		for _, op := range operations {
			t.Run(test.name+"/"+op.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faultPipe(t, whole(test.act))
					start := time.Now()
					w := inTime(lost.of(op))
					_ = s.try(t.Context(), t, s.client(t), op, w)
					atLeast := time.Duration(w.attempts) * 30 * time.Second
					if took := time.Since(start); took < atLeast || took > atLeast+time.Second {
						t.Errorf("took %v, want %v and the waits between the attempts", took, atLeast)
					}
				})
			})
		}
	}
}

// trickle sends a part of an answer each second, as slowly as it can without being idle.
func (p *peer) trickle(first, further string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.untilClosed()
	}()
	p.send(first)
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-tick.C:
			p.send(further)
		case <-done:
			tick.Stop()
			return
		}
	}
}

// watchEnd returns a channel that is closed when the client has closed its first connection.
func (s *faultServer) watchEnd() <-chan struct{} {
	closed := make(chan struct{})
	dial, end := s.transport.DialContext, sync.OnceFunc(func() { close(closed) })
	s.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		return watchedConn{c, end}, err
	}
	return closed
}

type watchedConn struct {
	net.Conn
	end func()
}

func (c watchedConn) Close() error {
	defer c.end()
	return c.Conn.Close()
}
