package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// In a synctest bubble time is virtual: it moves on when everybody waits, so the waits below cost nothing and come out
// to the nanosecond. A socket would stop that clock. So the client reaches the fake through Doer, over HTTP on a
// connection in memory, and the handler of the service is called without a server.
func TestWaits(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   fakegraph.Fault
		status  int
		took    time.Duration
		subject string
	}{
		// A short wait the client takes upon itself, and the caller sees a success.
		{"throttled for 3 seconds", fakegraph.Fault{Code: 131208, RetryAfter: "3"}, 202, 3 * time.Second, after},
		// A server that is slow, but not too slow for the service.
		{"slow", fakegraph.Fault{Delay: 9 * time.Second}, 202, 9 * time.Second, after},
		// One that is too slow: the service stops waiting, and nobody knows what the server will do yet.
		{"too slow", fakegraph.Fault{Delay: 11 * time.Second}, 502, renameTimeout, before},
		{"too slow, and renamed", fakegraph.Fault{Stall: true, Executed: true}, 502, renameTimeout, after},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake, err := fakegraph.New(neighbours()...)
				if err != nil {
					t.Fatal(err)
				}
				defer fake.Close()
				fake.FailNext(c.fault)
				graph, err := client.New(client.StaticToken(token), client.WithHTTPClient(fake.Doer()))
				if err != nil {
					t.Fatal(err)
				}

				start := time.Now()
				answer := httptest.NewRecorder()
				newService(graph, slog.New(slog.DiscardHandler)).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(),
					http.MethodPut, "/groups/"+groupID+"/subject", strings.NewReader(`{"subject":"`+after+`"}`)))

				if took := time.Since(start); answer.Code != c.status || took != c.took {
					t.Errorf("status %d after %s, want %d after %s", answer.Code, took, c.status, c.took)
				}
				if g, _ := fake.Group(groupID); g.Subject != c.subject {
					t.Errorf("the group is called %q, want %q", g.Subject, c.subject)
				}
			})
		})
	}
}

// A caller who gives up on a slow server ends the request to Graph too, instead of leaving it to run for nobody. The
// fake's Handler, in a server of the test's own, tells when the request has arrived: no sleep has to guess it.
func TestCallerGivesUp(t *testing.T) {
	fake, err := fakegraph.New(neighbours()...)
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	fake.FailNext(fakegraph.Fault{Stall: true})
	arrived, left := make(chan struct{}), make(chan struct{})
	graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		close(arrived)
		fake.Handler().ServeHTTP(w, r)
	}))
	defer graph.Close()
	service, log := startService(t, graph.URL)

	ctx, giveUp := context.WithCancel(t.Context())
	go func() {
		<-arrived
		giveUp()
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, service.URL+"/groups/"+groupID+"/subject",
		strings.NewReader(`{"subject":"`+after+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := service.Client().Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the caller got %v", err)
	}
	<-left
	service.Close() // waits for the handler, and so for its log

	if !strings.Contains(log.String(), `"code":"outcome_unknown"`) || !strings.Contains(log.String(), "context canceled") {
		t.Errorf("the log has\n%s", log)
	}
	wantNoSecret(t, "the log", log.String())
}
