package client_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestNoTokenSource(t *testing.T) {
	var none *tokenOfNothing
	for _, ts := range []client.TokenSource{nil, none, clienttest.TokenFunc(nil)} {
		for _, try := range []func(client.TokenSource) (*client.Client, error){
			func(ts client.TokenSource) (*client.Client, error) { return client.New(ts) },
			clienttest.ServeNothing(t).Client().WithTokenSource,
		} {
			c, err := try(ts)
			if c != nil {
				t.Error("a client together with an error")
			}
			clienttest.WantArgument(t, err, "ts")
		}
	}
}

type tokenOfNothing struct{ client.StaticToken }

// Options and the budget are those of the client that it is made from; TestScopeOfAPause has the pauses.
func TestWithTokenSourceShares(t *testing.T) {
	var seen atomic.Value
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.Header.Get("Authorization") + " " + r.URL.Path)
		clienttest.Respond(http.StatusServiceUnavailable, "")(w, r)
	})
	c := s.Client(clienttest.FastRetries(36), client.WithAPIVersion("v24.0"))
	tenant, err := c.WithTokenSource(client.StaticToken("EAAtenant"))
	clienttest.WantClass(t, err, nil)
	_ = clienttest.Outcome(tenant.GetGroup(t.Context(), clienttest.GroupID))
	clienttest.Equal(t, "request", seen.Load(), any("Bearer EAAtenant /v24.0/"+clienttest.GroupID))
	clienttest.Equal(t, "requests that the budget pays for", s.Requests(), 36)
	_ = clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID))
	clienttest.Equal(t, "request", seen.Load(), any("Bearer "+clienttest.Token+" /v24.0/"+clienttest.GroupID))
	clienttest.Equal(t, "requests once it is used up", s.Requests(), 37)
}

// Clients share one transport, so they cost no connection and no goroutine: neither many with New nor many with
// WithTokenSource. Those cost a few hundred bytes each, the header with their token included.
func TestManyClientsCostLittle(t *testing.T) {
	var connections atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(clienttest.Success))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	newClient := func() (*client.Client, error) {
		return client.New(client.StaticToken(clienttest.Token), client.WithBaseURL(srv.URL))
	}
	first, err := newClient()
	clienttest.WantClass(t, err, nil)
	for _, tt := range []struct {
		name    string
		clients int
		atMost  int64 // bytes each
		client  func(number int) (*client.Client, error)
	}{
		{"New", 200, 8 << 10, func(int) (*client.Client, error) { return newClient() }},
		{"WithTokenSource", 10_000, 600, func(number int) (*client.Client, error) {
			return first.WithTokenSource(client.StaticToken(tenantToken(number)))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clienttest.WantClass(t, clienttest.Outcome(first.GetGroup(t.Context(), clienttest.GroupID)), nil)
			goroutines, before := runtime.NumGoroutine(), heap()
			kept := make([]*client.Client, tt.clients)
			for number := range kept {
				kept[number], err = tt.client(number)
				clienttest.WantClass(t, err, nil)
				clienttest.WantClass(t, clienttest.Outcome(kept[number].GetGroup(t.Context(), clienttest.GroupID)), nil)
			}
			if each := (heap() - before) / int64(tt.clients); each > tt.atMost {
				t.Errorf("%d bytes each, want at most %d", each, tt.atMost)
			}
			if now := runtime.NumGoroutine(); now > goroutines {
				t.Errorf("%d goroutines, want the %d that one client needs", now, goroutines)
			}
			// The next call may start before the transport has its connection back.
			if n := connections.Load(); n > 4 {
				t.Errorf("%d connections for %d clients, one after the other", n, tt.clients)
			}
			runtime.KeepAlive(kept)
		})
	}
}

// heap is what lives on the heap.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
