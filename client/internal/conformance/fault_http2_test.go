package conformance

import (
	"context"
	"fmt"
	"go/build"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// graph is a group over HTTP/2: it is there until it has been deleted.
type graph struct {
	op   clienttest.Operation
	done atomic.Int64 // how often the operation was carried out
}

// carryOut does what the operation asks for and responds.
func (g *graph) carryOut(p *h2peer) bool {
	switch {
	case g.op.Method == http.MethodGet:
		return p.respond("200", `{"id":"`+clienttest.GroupID+`"}`)
	case g.op.Method == http.MethodDelete && g.done.Load() > 0:
		return p.respond("400", clienttest.GraphError(131041))
	}
	g.done.Add(1)
	return p.respond("200", `{"success":true}`)
}

// The ways in which HTTP/2 loses a response, and what is left to do: to send again what was surely not processed, and
// nothing else but reads and deletions.
func TestHTTP2(t *testing.T) {
	// Not processed: the transport itself repeats the request.
	repeated := all(want{attempts: 1, requests: 2})
	once := all(want{attempts: 1, requests: 1})
	tests := []struct {
		name  string
		first func(g *graph, p *h2peer) bool // what happens to the first request
		want  wants
	}{
		{"GOAWAY before the request was looked at", func(_ *graph, p *h2peer) bool {
			p.goAway(0, http2.ErrCodeNo)
			return true
		}, repeated},
		{"GOAWAY, then the response", func(g *graph, p *h2peer) bool {
			p.goAway(p.last, http2.ErrCodeNo)
			return g.carryOut(p)
		}, once},
		{"the response, then GOAWAY", func(g *graph, p *h2peer) bool {
			g.carryOut(p)
			p.goAway(p.last, http2.ErrCodeNo)
			return true
		}, once},
		{"GOAWAY after the request was carried out, then the end", func(g *graph, p *h2peer) bool {
			g.done.Add(1)
			p.goAway(p.last, http2.ErrCodeNo)
			return false
		}, lostOnce},
		{"GOAWAY with an error for the first request", func(_ *graph, p *h2peer) bool {
			p.goAway(0, http2.ErrCodeEnhanceYourCalm) // which the transport reports without saying that it was the first
			return true
		}, lostOnce},
		{"the end", func(g *graph, _ *h2peer) bool { g.done.Add(1); return false }, lostOnce},
		{"REFUSED_STREAM", func(_ *graph, p *h2peer) bool { return p.reset(http2.ErrCodeRefusedStream) }, repeated},
		{"INTERNAL_ERROR", func(g *graph, p *h2peer) bool { g.done.Add(1); return p.reset(http2.ErrCodeInternal) }, lostOnce},
		{"CANCEL", func(g *graph, p *h2peer) bool { g.done.Add(1); return p.reset(http2.ErrCodeCancel) }, lostOnce},
		{"ENHANCE_YOUR_CALM", func(g *graph, p *h2peer) bool {
			g.done.Add(1)
			return p.reset(http2.ErrCodeEnhanceYourCalm)
		}, lostOnce},
		{"NO_ERROR without a response", func(g *graph, p *h2peer) bool {
			g.done.Add(1)
			return p.reset(http2.ErrCodeNo)
		}, lostOnce},
		{"INTERNAL_ERROR in the response", func(g *graph, p *h2peer) bool {
			g.done.Add(1)
			p.headers("200", false)
			_ = p.framer.WriteData(p.last, false, []byte(`{"id"`))
			return p.reset(http2.ErrCodeInternal)
		}, lostOnce},
		{"the end in the response", func(g *graph, p *h2peer) bool {
			g.done.Add(1)
			p.headers("200", false)
			return false
		}, lostOnce},
		{"a response without a status", func(g *graph, p *h2peer) bool {
			g.done.Add(1)
			p.headers("", true)
			return true
		}, lostOnce},
	}
	for _, test := range tests {
		for _, op := range clienttest.Operations {
			t.Run(test.name+"/"+op.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := &graph{op: op}
					s := faultHTTP2(t, func(p *h2peer) bool { return test.first(g, p) }, g.carryOut)
					_ = s.try(t.Context(), t, s.client(t), op, test.want.of(op))
					if n := g.done.Load(); op.Change && n > 1 {
						t.Errorf("carried out %d times", n)
					}
				})
			})
		}
	}
}

// A stream that is refused was not processed. The transport sends it eight times within a good minute before it gives
// up; with the default bounds it is the attempt that ends first, and the refusal remains unseen.
func TestHTTP2RefusedAlways(t *testing.T) {
	refuse := func(p *h2peer) bool { return p.reset(http2.ErrCodeRefusedStream) }
	inTime := lost
	inTime.read = want{class: client.ErrUnavailable, attempts: 3, context: context.DeadlineExceeded}
	inTime.update = want{class: client.ErrAmbiguous, attempts: 1, context: context.DeadlineExceeded}
	inTime.remove = want{class: client.ErrAmbiguous, attempts: 3, context: context.DeadlineExceeded}
	// The transport also sends again after other resets, and does not say which it was.
	repeated := lost
	repeated.read.requests, repeated.update.requests, repeated.remove.requests = 3*8, 8, 3*8
	for _, op := range clienttest.Operations {
		t.Run("without bounds/"+op.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := faultHTTP2(t, refuse)
				c := s.client(t, client.WithAttemptTimeout(0), client.WithTimeout(0))
				_ = s.try(t.Context(), t, c, op, repeated.of(op))
			})
		})
		t.Run("after PROTOCOL_ERROR/"+op.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := faultHTTP2(t, func(p *h2peer) bool { return p.reset(http2.ErrCodeProtocol) }, refuse)
				w := lost.of(op)
				w.requests = -1
				_ = s.try(t.Context(), t, s.client(t, client.WithAttemptTimeout(0), client.WithTimeout(0)), op, w)
			})
		})
		t.Run("with the default bounds/"+op.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := faultHTTP2(t, refuse)
				start := time.Now()
				w := inTime.of(op)
				w.requests = -1
				_ = s.try(t.Context(), t, s.client(t), op, w)
				if took := time.Since(start); took > 2*time.Minute {
					t.Errorf("took %v, more than the call may", took)
				}
			})
		})
	}
}

// Until Go 1.26 net/http itself retries after PROTOCOL_ERROR.
var retriesProtocolError = !slices.Contains(build.Default.ReleaseTags, "go1.27")

// PROTOCOL_ERROR says nothing of whether the request was processed. Where net/http retries nevertheless, it is not
// forgotten that a deletion may have been carried out; where it does not, the response is a lost one.
func TestHTTP2ProtocolError(t *testing.T) {
	w := lostOnce
	if retriesProtocolError {
		w = all(want{attempts: 1, requests: 2})
	}
	for _, op := range clienttest.Operations {
		for _, used := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/used before %t", op.Name, used), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := &graph{op: op}
					fail := func(p *h2peer) bool {
						g.done.Add(1)
						return p.reset(http2.ErrCodeProtocol)
					}
					s := faultHTTP2(t, fail, g.carryOut)
					if used {
						s = faultHTTP2(t, (&graph{op: op}).carryOut, fail, g.carryOut)
					}
					c := s.client(t)
					if used {
						_ = s.try(t.Context(), t, c, op, want{attempts: 1, requests: 1})
					}
					_ = s.try(t.Context(), t, c, op, w.of(op))
				})
			})
		}
	}
}

// A request that went out whole on one connection was sent, even if there is no second connection to repeat it on. It
// makes no difference whether the connection was new.
func TestHTTP2NoSecondConnection(t *testing.T) {
	w := lost
	w.read.requests, w.remove.requests = 1, 1
	fail := func(p *h2peer) bool {
		p.goAway(p.last, http2.ErrCodeNo)
		p.reset(http2.ErrCodeProtocol)
		p.untilClosed()
		return false
	}
	for _, op := range clienttest.Operations {
		for name, serve := range map[string]func(testing.TB, ...func(p *h2peer) bool) *faultServer{
			"new": faultHTTP2, "used before": faultHTTP2, "used before, in the clear": faultClearHTTP2,
		} {
			used := name != "new"
			t.Run(op.Name+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := serve(t, fail)
					if used {
						s = serve(t, (&graph{op: op}).carryOut, fail)
					}
					refuseFrom(1)(s)
					c := s.client(t)
					if used {
						_ = s.try(t.Context(), t, c, op, want{attempts: 1, requests: 1})
					}
					synctest.Wait() // until the connection can be used again: another one is refused
					_ = s.try(t.Context(), t, c, op, w.of(op))
				})
			})
		}
	}
}
