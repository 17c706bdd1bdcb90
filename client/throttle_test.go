package client_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// wantHeldBack holds every operation to failing at once, without a request.
func wantHeldBack(t *testing.T, s *server, c *client.Client, left time.Duration) {
	t.Helper()
	before, start := s.requests(), time.Now()
	for _, op := range operations {
		err := op.call(t.Context(), c, testGroup)
		wantClass(t, err, client.ErrRateLimited)
		e := asError(t, err)
		equal(t, "Op", e.Op, op.name)
		equal(t, "Attempts", e.Attempts, 0)
		equal(t, "StatusCode", e.StatusCode, 0)
		equal(t, "RetryAfter", e.RetryAfter, left)
	}
	equal(t, "requests", s.requests()-before, 0)
	equal(t, "time", time.Since(start), 0)
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
				s := serve(t, inTurn(answer(http.StatusTooManyRequests, graphError(131208), tt.headers...), success))
				c := s.client()
				_, err := c.GetGroup(t.Context(), testGroup)
				wantClass(t, err, client.ErrRateLimited)
				e := asError(t, err)
				equal(t, "hint", e.RetryAfter, tt.hint)
				equal(t, "attempts", e.Attempts, 1)

				wantHeldBack(t, s, c, tt.hint)
				wait(10 * time.Second)
				wantHeldBack(t, s, c, tt.hint-10*time.Second)
				wait(tt.hint - 10*time.Second - 1)
				wantHeldBack(t, s, c, 1)
				wantClass(t, outcome(s.client().GetGroup(t.Context(), testGroup)), nil) // another client is not held back
				wait(1)
				for _, op := range operations {
					wantClass(t, op.call(t.Context(), c, testGroup), nil)
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
		{"throttling without a hint", answer(429, graphError(4))},
		{"a hint of the past", answer(429, graphError(4), "Retry-After", "0")},
		{"a hint that is nonsense", answer(429, graphError(4), "Retry-After", "soon")},
		{"trouble with a hint", answer(503, "", "Retry-After", "60")},
		{"another refusal with a hint", answer(403, graphError(10), "Retry-After", "60", "X-Business-Use-Case-Usage", usage)},
		{"a success with a quota that is used up", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Business-Use-Case-Usage", usage)
			success(w, r)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, inTurn(tt.first, success))
			c := s.client(noRetries)
			_, _ = c.GetGroup(t.Context(), testGroup)
			_, err := c.GetGroup(t.Context(), testGroup)
			wantClass(t, err, nil)
		})
	}
}

func TestLaterHintCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hints := make(chan string, 2)
		arrived := make(chan struct{}, 2)
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			arrived <- struct{}{}
			answer(429, "", "Retry-After", <-hints)(w, r)
		})
		c := s.client(noRetries)
		done := make(chan error, 2)
		for range 2 { // both are under way before one is answered
			go func() { done <- outcome(c.GetGroup(t.Context(), testGroup)) }()
			<-arrived
		}
		hints <- "60"
		wantClass(t, <-done, client.ErrRateLimited)
		hints <- "30"
		wantClass(t, <-done, client.ErrRateLimited)
		wantHeldBack(t, s, c, time.Minute)
	})
}

// A call that waits for its own retry is ended when another one learns of a longer pause.
func TestHeldBackBetweenAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, inTurn(
			answer(503, graphError(2), "Retry-After", "3"), answer(429, graphError(4), "Retry-After", "60"), success,
		))
		c := s.client()
		done := make(chan error, 1)
		go func() { done <- outcome(c.GetGroup(t.Context(), testGroup)) }()
		wait(time.Second)
		wantClass(t, operationNamed("DeleteGroup").call(t.Context(), c, testGroup), client.ErrRateLimited)
		err := <-done
		var e *client.Error
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		wantClass(t, err, client.ErrUnavailable)
		equal(t, "code of the answer that there was", e.Code, 2)
		equal(t, "attempts", e.Attempts, 1)
		equal(t, "hint", e.RetryAfter, 58*time.Second)
		equal(t, "requests", s.requests(), 2)
	})
}
