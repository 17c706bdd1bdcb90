package conformance

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// An outage is a way in which a whole service can be down.
type outage struct {
	name     string
	response http.HandlerFunc // nil when no connection can be made
	class    error
	atMost   int // requests for 1,000 calls: 500 is to be spent, 14 for a retry, 5 after throttling
	methods  string
}

var outages = []outage{
	{"503", clienttest.Respond(503, "{}"), client.ErrUnavailable, 1_000 + 500/14, "GET DELETE"},
	{"dropped reads", clienttest.Drop, client.ErrUnavailable, 1_000 + 500/14, "GET"},
	{"dropped deletions", clienttest.Drop, client.ErrAmbiguous, 1_000 + 500/14, "DELETE"},
	{"no connection", nil, client.ErrNotSent, 1_000 + 500/14, "GET POST DELETE"},
	{"throttled", clienttest.Respond(400, clienttest.GraphError(4)), client.ErrRateLimited, 1_000 + 500/5,
		"GET POST DELETE"},
}

// A total outage does not lead to a multiple of the usual load, and leaves nothing behind when it is over.
func TestOutage(t *testing.T) {
	t.Parallel()
	for _, o := range outages {
		t.Run(o.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var down atomic.Bool
				var dials atomic.Int64
				s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
					if down.Load() {
						o.response(w, r)
						return
					}
					clienttest.Success(w, r)
				})
				s.Transport.MaxIdleConnsPerHost = 256 // as in the default transport
				dial := s.Transport.DialContext
				s.Transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					dials.Add(1)
					if down.Load() && o.response == nil {
						return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{IsTemporary: true}}
					}
					return dial(ctx, network, address)
				}
				c := s.Client()

				down.Store(true)
				manyCalls(t, c, o, 1_000)
				sent := s.Requests()
				if o.response == nil {
					clienttest.Equal(t, "requests without a connection", sent, 0)
					sent = int(dials.Load())
				}
				if sent > o.atMost || sent <= 1_000 {
					t.Errorf("%d requests for 1,000 calls, want more than 1,000 and at most %d", sent, o.atMost)
				}

				down.Store(false)
				before := s.Requests()
				o.class = nil
				manyCalls(t, c, o, 300)
				clienttest.Equal(t, "requests for 300 calls after the outage", s.Requests()-before, 300)

				// The successes have paid for retries again.
				down.Store(true)
				ctx, info := client.WithCallInfo(t.Context())
				_ = clienttest.OperationNamed("GetGroup").Call(ctx, c, clienttest.GroupID)
				clienttest.Equal(t, "attempts after the recovery", info.Attempts, 3)
			})
		})
	}
}

// manyCalls makes n calls from 256 goroutines, and holds each to the outage's class.
func manyCalls(t *testing.T, c *client.Client, o outage, n int) {
	t.Helper()
	var ops []clienttest.Operation
	for _, op := range clienttest.Operations {
		if strings.Contains(o.methods, op.Method) {
			ops = append(ops, op)
		}
	}
	calls := make(chan clienttest.Operation)
	var callers sync.WaitGroup
	for range 256 {
		callers.Go(func() {
			for op := range calls {
				err := op.Call(t.Context(), c, clienttest.GroupID)
				clienttest.WantClass(t, err, o.class)
			}
		})
	}
	for i := range n {
		calls <- ops[i%len(ops)]
	}
	close(calls)
	callers.Wait()
}

// One client serves 64 goroutines with all operations, over the default transport.
func TestManyGoroutines(t *testing.T) {
	const callers, rounds = 64, 2
	fake, err := fakegraph.New(fakegraph.WithStrictHeaders(),
		fakegraph.WithToken(clienttest.Token), fakegraph.WithAppSecret(clienttest.AppSecret))
	if err != nil {
		t.Fatal(err)
	}
	var open, most, made atomic.Int64
	srv := httptest.NewUnstartedServer(fake.Handler())
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			made.Add(1)
			n := open.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
		case http.StateClosed:
			open.Add(-1)
		}
	}
	srv.Start()
	c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL(srv.URL),
		client.WithAppSecret(clienttest.AppSecret))
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for i := range callers {
		running.Go(func() {
			for round := range rounds {
				lifeOfAGroup(t, c, fake, fmt.Sprintf("%s-%d-%d", clienttest.GroupID, i, round))
			}
		})
	}
	running.Wait()
	srv.Close()
	if err := fake.Close(); err != nil {
		t.Error(err)
	}
	if err := fake.Err(); err != nil {
		t.Error(err)
	}
	clienttest.Equal(t, "connections left", open.Load(), 0)
	// A call takes a connection that has become free while it dialled; the new one then stays for others.
	if most.Load() > 2*callers || made.Load() > 2*callers {
		t.Errorf("%d connections at once, %d in all, for %d callers", most.Load(), made.Load(), callers)
	}
}

// lifeOfAGroup calls every operation on a group of its own, and sees what only that goroutine has done to it.
func lifeOfAGroup(t *testing.T, c *client.Client, fake *fakegraph.Server, id string) {
	if err := fake.PutGroup(fakegraph.Group{ID: id, Subject: "before"}); err != nil {
		t.Error(err)
	}
	ctx, info := client.WithCallInfo(t.Context())
	if g, err := c.GetGroup(ctx, id); err != nil || g.ID != id || g.Subject != "before" {
		t.Errorf("group %+v, error %v", g, err)
	}
	subject := "subject of " + id[len(clienttest.GroupID):]
	if _, err := c.UpdateGroup(ctx, id, client.GroupUpdate{Subject: &subject}); err != nil {
		t.Error(err)
	}
	photo := append(bytes.Clone(clienttest.RealPhoto()), id...)
	if _, err := c.SetGroupPhoto(ctx, id, bytes.NewReader(photo)); err != nil {
		t.Error(err)
	}
	if got, _ := fake.Photo(id); !bytes.Equal(got, photo) {
		t.Errorf("photo of %d bytes, want %d", len(got), len(photo))
	}
	if g, err := c.GetGroup(ctx, id, client.FieldSubject); err != nil || g.ID != id || g.Subject != subject {
		t.Errorf("group %+v, error %v, want %q", g, err, subject)
	}
	if _, err := c.DeleteGroup(ctx, id); err != nil {
		t.Error(err)
	}
	_, err := c.GetGroup(ctx, id)
	clienttest.WantClass(t, err, client.ErrNotFound)
	clienttest.Equal(t, "attempts", info.Attempts, 1)
}
