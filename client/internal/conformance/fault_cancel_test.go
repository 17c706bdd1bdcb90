package conformance

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A phase is where a call can be when its context ends.
type phase struct {
	name    string
	ops     []clienttest.Operation // those that have this phase; nil for all
	serve   script
	prepare func(s *faultServer) // nil for nothing
	options []client.Option
	want    wants
}

// Before anything is sent a change is surely not carried out; afterwards that is unknown.
var (
	notSentAfter = func(attempts int) wants { return all(want{class: client.ErrNotSent, attempts: attempts}) }
	inFlight     = wants{
		read:   want{class: client.ErrUnavailable, attempts: 1, requests: 1},
		update: want{class: client.ErrAmbiguous, attempts: 1, requests: 1},
		remove: want{class: client.ErrAmbiguous, attempts: 1, requests: 1},
	}
)

var phases = []phase{
	{
		name: "in the limiter", serve: healthy, want: notSentAfter(0),
		options: []client.Option{client.WithLimiter(waiting{})},
	},
	{
		name: "in the dial", serve: healthy, want: notSentAfter(1),
		prepare: func(s *faultServer) {
			s.transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-ctx.Done()
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
			}
		},
	},
	{
		name: "in a dial that ignores its context", serve: healthy, want: notSentAfter(1),
		prepare: func(s *faultServer) {
			s.transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
				<-s.ended
				return nil, net.ErrClosed
			}
		},
	},
	{
		name: "in a proxy that took CONNECT", serve: (*peer).untilClosed, want: notSentAfter(1),
		prepare: func(s *faultServer) {
			s.transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "localhost:3128"})
			s.url = "https://localhost"
		},
	},
	{
		name: "in the handshake", serve: (*peer).untilClosed, want: notSentAfter(1),
		prepare: func(s *faultServer) { s.url = "https://localhost" },
	},
	{
		name: "in the upload", ops: []clienttest.Operation{uploadOf(bytes.NewReader(clienttest.JPEGOfSize(1 << 20)))},
		serve: partly(1<<10, func(p *peer) { <-p.server.ended }),
		want:  wants{update: want{class: client.ErrNotSent, attempts: 1}},
	},
	{name: "before the headers", serve: whole((*peer).untilClosed), want: inFlight},
	{
		name: "in the headers", want: inFlight,
		serve: whole(func(p *peer) { p.send("HTTP/1.1 200 OK\r\n"); p.untilClosed() }),
	},
	{name: "in the body", serve: whole(func(p *peer) { p.send(cutInBody); p.untilClosed() }), want: inFlight},
	{
		name: "in the body of a failure",
		serve: whole(func(p *peer) {
			p.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100\r\n\r\n{")
			p.untilClosed()
		}),
		want: inFlight,
	},
	{
		name: "in the wait after a refusal", want: all(want{class: client.ErrRateLimited, attempts: 1, requests: 1}),
		serve: whole(func(p *peer) {
			p.send(rawResponse(429, clienttest.GraphError(4), "Retry-After: 4",
				"Connection: close"))
		}),
	},
	{
		name: "in the wait after trouble", want: all(want{class: client.ErrUnavailable, attempts: 1, requests: 1}),
		// Updates do not wait.
		ops:   []clienttest.Operation{clienttest.OperationNamed("GetGroup"), clienttest.OperationNamed("DeleteGroup")},
		serve: whole(func(p *peer) { p.send(rawResponse(503, "{}", "Retry-After: 4", "Connection: close")) }),
	},
}

// waiting is a limiter that never lets anything pass.
type waiting struct{}

func (waiting) Wait(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func (p phase) run(t *testing.T, end func(t *testing.T, s *faultServer, op clienttest.Operation)) {
	t.Helper()
	ops := p.ops
	if ops == nil {
		ops = clienttest.Operations
	}
	for _, op := range ops {
		t.Run(op.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := faultPipe(t, p.serve)
				if p.prepare != nil {
					p.prepare(s)
				}
				start := time.Now()
				end(t, s, op)
				if took := time.Since(start); took != cancelAfter {
					t.Errorf("returned after %v, its context ended after %v", took, cancelAfter)
				}
			})
		})
	}
}

const cancelAfter = 3 * time.Second

func TestCancelled(t *testing.T) {
	for _, p := range phases {
		t.Run(p.name, func(t *testing.T) {
			p.run(t, func(t *testing.T, s *faultServer, op clienttest.Operation) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(cancelAfter, cancel)
				w := p.want.of(op)
				w.context = context.Canceled
				observer := client.WithObserver(func(ctx context.Context, a client.Attempt) {
					clienttest.Equal(t, "a retry is planned after the end", a.WillRetry && ctx.Err() != nil, false)
				})
				_ = s.try(ctx, t, s.client(t, append(p.options, observer)...), op, w)
			})
		})
	}
}

// A deadline ends a call like a cancellation; a wait that would end after it does not begin.
func TestDeadlineExceeded(t *testing.T) {
	for _, p := range phases[:len(phases)-2] {
		t.Run(p.name, func(t *testing.T) {
			p.run(t, func(t *testing.T, s *faultServer, op clienttest.Operation) {
				ctx, cancel := context.WithTimeout(t.Context(), cancelAfter)
				defer cancel()
				w := p.want.of(op)
				w.context = context.DeadlineExceeded
				_ = s.try(ctx, t, s.client(t, p.options...), op, w)
			})
			t.Run("WithTimeout", func(t *testing.T) {
				p.run(t, func(t *testing.T, s *faultServer, op clienttest.Operation) {
					w := p.want.of(op)
					w.context = context.DeadlineExceeded
					c := s.client(t, append(p.options, client.WithTimeout(cancelAfter))...)
					_ = s.try(t.Context(), t, c, op, w)
				})
			})
		})
	}
}
