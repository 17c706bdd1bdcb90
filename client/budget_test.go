package client_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
)

// The budget is 500. A retry costs 14, after throttling 5; a success gives back what its last retry cost, or 1.

func TestOutageCostsFewRequests(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		failure http.HandlerFunc
		policy  client.RetryPolicy
		want    int // for 1,000 calls
	}{
		{"trouble of the server", answer(503, graphError(2)), client.RetryPolicy{MaxAttempts: 3}, 1035},
		{"throttling without a hint", answer(429, graphError(4)), client.RetryPolicy{MaxAttempts: 3}, 1100},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, tt.failure)
				c := s.client(client.WithRetryPolicy(tt.policy))
				for range 1000 {
					if _, err := c.GetGroup(t.Context(), testGroup); err == nil {
						t.Fatal("no error")
					}
				}
				equal(t, "requests", s.requests(), tt.want)
			})
		})
	}
}

func TestBudgetStepByStep(t *testing.T) {
	t.Parallel()
	fail, throttle := answer(503, ""), answer(429, "")
	var next http.HandlerFunc
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { next(w, r) })
	c := s.client(fastRetries(2))
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
		{"13 successes give back 13", 13, []http.HandlerFunc{success}, 13},
		{"which are not enough", 1, []http.HandlerFunc{fail}, 1},
		{"the 14th", 1, []http.HandlerFunc{success}, 1},
		{"is", 1, []http.HandlerFunc{fail}, 2},
		{"14 more", 14, []http.HandlerFunc{success}, 14},
		{"a retry that succeeds gives its 14 back", 5, []http.HandlerFunc{fail, success}, 10},
		{"so one may still fail", 1, []http.HandlerFunc{fail}, 2},
		{"and no more", 1, []http.HandlerFunc{fail}, 1},
		{"5 more", 5, []http.HandlerFunc{success}, 5},
		{"a retry after throttling gives its 5 back", 5, []http.HandlerFunc{throttle, success}, 10},
		{"many successes fill it up to 500", 1000, []http.HandlerFunc{success}, 1000},
		{"and no further", 35, []http.HandlerFunc{fail}, 70},
		{"so this is the end", 1, []http.HandlerFunc{fail}, 1},
	} {
		before := s.requests()
		for range step.calls {
			next = inTurn(step.handlers...)
			_, _ = c.GetGroup(t.Context(), testGroup)
		}
		equal(t, step.name, s.requests()-before, step.requests)
	}
}

func TestClientsHaveBudgetsOfTheirOwn(t *testing.T) {
	s := serve(t, answer(503, ""))
	for range 2 {
		before := s.requests()
		c := s.client(fastRetries(100))
		_, err := c.GetGroup(t.Context(), testGroup)
		wantClass(t, err, client.ErrUnavailable)
		equal(t, "requests", s.requests()-before, 36)
	}
}
