package client_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// The budget is 500. A retry costs 14, after throttling 5; a success gives back what its last retry cost, or 1.

func TestBudgetStepByStep(t *testing.T) {
	t.Parallel()
	fail, throttle := clienttest.Respond(503, ""), clienttest.Respond(429, "")
	var next http.HandlerFunc
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) { next(w, r) })
	c := s.Client(clienttest.FastRetries(2))
	for _, step := range []struct {
		name     string
		calls    int
		handlers []http.HandlerFunc // of the attempts of each call
		requests int                // of all these calls
	}{
		{"a full budget pays for 35 retries: 500 - 35*14 = 10", 35, []http.HandlerFunc{fail}, 70},
		{"10 are not enough for one", 1, []http.HandlerFunc{fail}, 1},
		{"but for two after throttling: 10 - 2*5 = 0", 2, []http.HandlerFunc{throttle}, 4},
		{"0 pay for none", 1, []http.HandlerFunc{throttle}, 1},
		{"13 successes give back 13", 13, []http.HandlerFunc{clienttest.Success}, 13},
		{"which are not enough", 1, []http.HandlerFunc{fail}, 1},
		{"the 14th", 1, []http.HandlerFunc{clienttest.Success}, 1},
		{"is", 1, []http.HandlerFunc{fail}, 2},
		{"14 more", 14, []http.HandlerFunc{clienttest.Success}, 14},
		{"a retry that succeeds gives its 14 back", 5, []http.HandlerFunc{fail, clienttest.Success}, 10},
		{"so one may still fail", 1, []http.HandlerFunc{fail}, 2},
		{"and no more", 1, []http.HandlerFunc{fail}, 1},
		{"5 more", 5, []http.HandlerFunc{clienttest.Success}, 5},
		{"a retry after throttling gives its 5 back", 5, []http.HandlerFunc{throttle, clienttest.Success}, 10},
		{"many successes fill it up to 500", 1000, []http.HandlerFunc{clienttest.Success}, 1000},
		{"and no further", 35, []http.HandlerFunc{fail}, 70},
		{"so this is the end", 1, []http.HandlerFunc{fail}, 1},
	} {
		before := s.Requests()
		for range step.calls {
			next = clienttest.InTurn(step.handlers...)
			_, _ = c.GetGroup(t.Context(), clienttest.GroupID)
		}
		clienttest.Equal(t, step.name, s.Requests()-before, step.requests)
	}
}

func TestClientsHaveBudgetsOfTheirOwn(t *testing.T) {
	s := clienttest.Serve(t, clienttest.Respond(503, ""))
	for range 2 {
		before := s.Requests()
		c := s.Client(clienttest.FastRetries(100))
		_, err := c.GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrUnavailable)
		clienttest.Equal(t, "requests", s.Requests()-before, 36)
	}
}

// wantHeldBack holds every operation to failing at once, without a request.
func wantHeldBack(t *testing.T, s *clienttest.Server, c *client.Client, left time.Duration) {
	t.Helper()
	before, start := s.Requests(), time.Now()
	for _, op := range clienttest.Operations {
		err := op.Call(t.Context(), c, clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrRateLimited)
		e := clienttest.AsError(t, err)
		clienttest.Equal(t, "Op", e.Op, op.Name)
		clienttest.Equal(t, "Attempts", e.Attempts, 0)
		clienttest.Equal(t, "StatusCode", e.StatusCode, 0)
		clienttest.Equal(t, "RetryAfter", e.RetryAfter, left)
	}
	clienttest.Equal(t, "requests", s.Requests()-before, 0)
	clienttest.Equal(t, "time", time.Since(start), 0)
}

// wait lets the virtual time pass.
func wait(d time.Duration) { <-time.After(d) }

func TestThrottlingIsRemembered(t *testing.T) {
	usage := `{"100200300":[{"type":"whatsapp_business_management","estimated_time_to_regain_access":2}]}`
	for _, tt := range []struct {
		name    string
		headers []string
		hint    time.Duration
	}{
		{"Retry-After in seconds", []string{"Retry-After", "60"}, time.Minute},
		{"Retry-After as a date", []string{"Retry-After", "Sat, 01 Jan 2000 00:01:00 GMT"}, time.Minute},
		{"minutes to regain access", []string{"X-Business-Use-Case-Usage", usage}, 2 * time.Minute},
		{
			"the longer of both", []string{"X-Business-Use-Case-Usage", usage, "Retry-After", "90"}, 2 * time.Minute,
		},
		{
			"the longer of both, the other way round", []string{"X-Business-Use-Case-Usage", usage, "Retry-After", "180"},
			3 * time.Minute,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := clienttest.Serve(t,
					clienttest.InTurn(clienttest.Respond(429, clienttest.GraphError(131208), tt.headers...), clienttest.Success))
				c := s.Client()
				_, err := c.GetGroup(t.Context(), clienttest.GroupID)
				clienttest.WantClass(t, err, client.ErrRateLimited)
				e := clienttest.AsError(t, err)
				clienttest.Equal(t, "hint", e.RetryAfter, tt.hint)
				clienttest.Equal(t, "attempts", e.Attempts, 1)

				wantHeldBack(t, s, c, tt.hint)
				wait(10 * time.Second)
				wantHeldBack(t, s, c, tt.hint-10*time.Second)
				wait(tt.hint - 15*time.Second - 1)
				wantHeldBack(t, s, c, 5*time.Second+1) // longer than MaxDelay
				// Another client is not held back.
				clienttest.WantClass(t, clienttest.Outcome(s.Client().GetGroup(t.Context(), clienttest.GroupID)), nil)
				wait(1)
				for _, op := range clienttest.Operations {
					clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
				}
			})
		})
	}
}

func TestWhatIsNotRemembered(t *testing.T) {
	usage := `{"1":[{"estimated_time_to_regain_access":60}]}`
	for _, tt := range []struct {
		name  string
		first http.HandlerFunc
	}{
		{"throttling without a hint", clienttest.Respond(429, clienttest.GraphError(4))},
		{"a hint of the past", clienttest.Respond(429, clienttest.GraphError(4), "Retry-After", "0")},
		{"a hint that is nonsense", clienttest.Respond(429, clienttest.GraphError(4), "Retry-After", "soon")},
		{"trouble with a hint", clienttest.Respond(503, "", "Retry-After", "60")},
		{"another refusal with a hint",
			clienttest.Respond(403, clienttest.GraphError(10), "Retry-After", "60", "X-Business-Use-Case-Usage", usage)},
		{"a success with a quota that is used up", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Business-Use-Case-Usage", usage)
			clienttest.Success(w, r)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := clienttest.Serve(t, clienttest.InTurn(tt.first, clienttest.Success))
			c := s.Client(clienttest.NoRetries)
			_, _ = c.GetGroup(t.Context(), clienttest.GroupID)
			_, err := c.GetGroup(t.Context(), clienttest.GroupID)
			clienttest.WantClass(t, err, nil)
		})
	}
}

func TestLaterHintCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hints := make(chan string, 2)
		arrived := make(chan struct{}, 2)
		s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			arrived <- struct{}{}
			clienttest.Respond(429, "", "Retry-After", <-hints)(w, r)
		})
		c := s.Client(clienttest.NoRetries)
		done := make(chan error, 2)
		for range 2 { // both are under way before one is answered
			go func() { done <- clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)) }()
			<-arrived
		}
		hints <- "60"
		clienttest.WantClass(t, <-done, client.ErrRateLimited)
		hints <- "30"
		clienttest.WantClass(t, <-done, client.ErrRateLimited)
		wantHeldBack(t, s, c, time.Minute)
	})
}

// A call that waits for its own retry is ended when another one learns of a longer pause.
func TestHeldBackBetweenAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := clienttest.Serve(t, clienttest.InTurn(
			clienttest.Respond(503, clienttest.GraphError(2), "Retry-After", "3"),
			clienttest.Respond(429, clienttest.GraphError(4), "Retry-After", "60"), clienttest.Success,
		))
		c := s.Client()
		done := make(chan error, 1)
		go func() { done <- clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)) }()
		wait(time.Second)
		clienttest.WantClass(t, clienttest.OperationNamed("DeleteGroup").Call(t.Context(), c, clienttest.GroupID),
			client.ErrRateLimited)
		err := <-done
		var e *client.Error
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		clienttest.WantClass(t, err, client.ErrUnavailable)
		clienttest.Equal(t, "code of the answer that there was", e.Code, 2)
		clienttest.Equal(t, "attempts", e.Attempts, 1)
		clienttest.Equal(t, "hint", e.RetryAfter, 58*time.Second)
		clienttest.Equal(t, "requests", s.Requests(), 2)
	})
}
