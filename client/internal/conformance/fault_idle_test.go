package conformance

import (
	"context"
	"io"
	"log"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

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
		for _, op := range clienttest.Operations {
			t.Run(end.name+"/"+op.Name, func(t *testing.T) {
				s := faultSocket(t, whole(func(p *peer) {
					p.send(goodResponse(op.Method))
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
// says nothing about the call: no server has seen the request.
func TestNothingWritten(t *testing.T) {
	for _, op := range clienttest.Operations {
		for _, test := range []struct {
			name    string
			dialled bool // whether there is a second connection
			want    want
		}{
			{"then refused by the server", true, want{class: client.ErrNotFound, attempts: 1, requests: 1}},
			{"then no connection", false, want{class: client.ErrNotSent, attempts: 3}},
		} {
			if !op.Change && !test.dialled {
				test.want.class = client.ErrUnavailable // net/http also repeats a read that was written
			}
			t.Run(test.name+"/"+op.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faultPipe(t, whole(func(p *peer) {
						p.send(goodResponse(op.Method))
						p.untilClosed()
					}), whole(func(p *peer) {
						p.send(rawResponse(400, clienttest.GraphError(131041)))
						p.untilClosed()
					}))
					var broken atomic.Bool
					dial := s.transport.DialContext
					s.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
						if broken.Load() && !test.dialled {
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

// What ends an idle connection costs nothing: the next call goes over a new one. A response without a request ends it
// too, so that no call can take it for its own. Only a call that starts before net/http has looked at what follows a
// response might: hence the Wait.
func TestIdleConnectionEnds(t *testing.T) {
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard) // net/http complains
	tests := []script{func(*peer) {}}
	for _, surplus := range []string{
		rawResponse(400, clienttest.GraphError(100)), rawResponse(200, "{}"), "\n", "nonsense",
	} {
		tests = append(tests, func(p *peer) { p.send(surplus); p.untilClosed() })
	}
	for _, end := range tests {
		for _, op := range clienttest.Operations {
			synctest.Test(t, func(t *testing.T) {
				const calls = 3
				s := faultPipe(t, whole(func(p *peer) {
					p.send(goodResponse(op.Method))
					end(p)
				}))
				c := s.client(t, clienttest.NoRetries)
				for range calls {
					_ = s.try(t.Context(), t, c, op, want{attempts: 1, requests: 1})
					synctest.Wait()
				}
				clienttest.Equal(t, "connections", s.dials.Load(), calls)
			})
		}
	}
}
