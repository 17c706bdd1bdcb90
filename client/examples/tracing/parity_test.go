package main

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// A traced client knows of a failure what a plain one knows: whether something was sent, and what may be sent again.
func TestTracingChangesNothing(t *testing.T) {
	ops := map[string]operation{}
	for _, op := range operations(t) {
		ops[op.name] = op
	}
	fakeWith := func(fault fakegraph.Fault) func(*testing.T) string {
		return func(t *testing.T) string {
			fake := startFake(t)
			fake.FailNext(fault)
			return fake.URL()
		}
	}
	for _, tt := range []struct {
		name, op string
		server   func(*testing.T) string // makes it and returns its URL
		class    error                   // nil for success
		attempts int
	}{
		{"nobody listens", "GetGroup", closedPort, client.ErrNotSent, 3},
		{"nobody listens", "UpdateGroup", closedPort, client.ErrNotSent, 3},
		{"nobody listens", "SetGroupPhoto", closedPort, client.ErrNotSent, 3},
		{"a certificate that nobody signed", "UpdateGroup", untrusted, client.ErrNotSent, 1},
		{"dropped before", "GetGroup", fakeWith(fakegraph.Fault{DropBefore: true}), nil, 2},
		{"dropped before", "SetGroupPhoto", fakeWith(fakegraph.Fault{DropBefore: true}), client.ErrAmbiguous, 1},
		{"dropped after", "UpdateGroup", fakeWith(fakegraph.Fault{DropAfter: true}), client.ErrAmbiguous, 1},
		{"dropped after", "DeleteGroup", fakeWith(fakegraph.Fault{DropAfter: true}), nil, 2},
		{"cut off", "GetGroup", fakeWith(fakegraph.Fault{CutAfter: 9, Times: 3}), client.ErrUnavailable, 3},
		{"cut off", "UpdateGroup", fakeWith(fakegraph.Fault{CutAfter: 9}), client.ErrAmbiguous, 1},
		{"throttled", "SetGroupPhoto", fakeWith(fakegraph.Fault{Status: 429, Code: 4}), nil, 2},
		{"a redirect", "GetGroup", redirecting, client.ErrUnknown, 1},
		{"a redirect", "UpdateGroup", redirecting, client.ErrUnknown, 1},
	} {
		t.Run(tt.op+", "+tt.name, func(t *testing.T) {
			check := func(who string, groups api) *client.CallInfo {
				ctx, info := client.WithCallInfo(t.Context())
				err := ops[tt.op].call(ctx, groups)
				if !errors.Is(err, tt.class) || (tt.class == nil) != (err == nil) || info.Attempts != tt.attempts {
					t.Errorf("%s: %v after %d attempts, want %v after %d", who, err, info.Attempts, tt.class, tt.attempts)
				}
				return info
			}
			plain, err := client.New(client.StaticToken(token), client.WithBaseURL(tt.server(t)), quickRetries)
			if err != nil {
				t.Fatal(err)
			}
			check("plain", plain)
			groups, recorder := traced(t, tt.server(t))
			info := check("traced", groups)
			if _, attempts := spansOf(t, recorder); len(attempts) != info.Attempts {
				t.Errorf("%d spans for %d attempts", len(attempts), info.Attempts)
			}
		})
	}
}

func closedPort(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return "http://" + listener.Addr().String()
}

func untrusted(t *testing.T) string {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would log the refused handshake
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// redirecting sends everybody to a fake that must not be asked.
func redirecting(t *testing.T) string {
	elsewhere := startFake(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL()+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	}))
	t.Cleanup(func() {
		server.Close()
		if n := len(elsewhere.Requests()); n > 0 {
			t.Errorf("the other server got %d requests", n)
		}
	})
	return server.URL
}
