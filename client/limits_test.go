package client_test

import (
	"context"
	"net/http"
	"testing"

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
		{"less two after throttling: 10 - 2*5 = 0", 2, []http.HandlerFunc{throttle}, 4},
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

// A retry that never starts costs nothing.
func TestBudgetOfCancelledWaits(t *testing.T) {
	for name, end := range map[string]func(context.CancelFunc) client.Option{
		"in the wait": func(cancel context.CancelFunc) client.Option {
			return client.WithObserver(func(context.Context, client.Attempt) { cancel() })
		},
		"in the limiter": func(cancel context.CancelFunc) client.Option {
			asked := 0
			return client.WithLimiter(clienttest.LimiterFunc(func(ctx context.Context) error {
				if asked++; asked%2 == 0 {
					cancel()
				}
				return ctx.Err()
			}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := clienttest.Serve(t, clienttest.Respond(503, ""))
			var cancel context.CancelFunc
			first := s.Client(clienttest.FastRetries(100), end(func() { cancel() }))
			var ctx context.Context
			for range 40 {
				ctx, cancel = context.WithCancel(t.Context())
				_, err := first.GetGroup(ctx, clienttest.GroupID)
				clienttest.WantClass(t, err, client.ErrUnavailable)
			}
			clienttest.Equal(t, "requests of cancelled calls", s.Requests(), 40)
			cancel = func() {}
			_, err := first.GetGroup(t.Context(), clienttest.GroupID)
			clienttest.Equal(t, "attempts afterwards", clienttest.AsError(t, err).Attempts, 36) // all that 500 pay for
		})
	}
}
