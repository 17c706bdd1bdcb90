package client_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

func TestNoWaitBeyondTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, answer(http.StatusServiceUnavailable, "", "Retry-After", "3"))
		for deadline, requests := range map[time.Duration]int{
			2 * time.Second: 1, 3 * time.Second: 1, 3*time.Second + 1: 2, 6 * time.Second: 2, 7 * time.Second: 3,
		} {
			before := s.requests()
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			_, err := s.client().GetGroup(ctx, testGroup)
			cancel()
			wantClass(t, err, client.ErrUnavailable)
			equal(t, "hint", asError(t, err).RetryAfter, 3*time.Second)
			equal(t, "requests within "+deadline.String(), s.requests()-before, requests)
		}
	})
}

func TestCancelledWhileWaiting(t *testing.T) {
	for _, tt := range []struct {
		name   string
		first  http.HandlerFunc
		status int
		class  error
	}{
		{"after trouble", answer(503, graphError(2), "Retry-After", "4"), 503, client.ErrUnavailable},
		{"after throttling", answer(429, graphError(4), "Retry-After", "4"), 429, client.ErrRateLimited},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				s := serve(t, tt.first)
				start := time.Now()
				_, err := s.client().GetGroup(ctx, testGroup)
				equal(t, "time", time.Since(start), time.Second)
				wantClass(t, err, tt.class)
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%v does not match context.Canceled", err)
				}
				equal(t, "status", asError(t, err).StatusCode, tt.status)
				equal(t, "requests", s.requests(), 1)
			})
		})
	}
}

func TestCancelledWhileWaitingAfterABrokenAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		policy := client.RetryPolicy{MaxAttempts: 2, BaseDelay: time.Hour, MaxDelay: time.Hour}
		c := serve(t, answer(http.StatusOK, "<html>")).client(client.WithRetryPolicy(policy), client.WithTimeout(0),
			client.WithObserver(func(context.Context, client.Attempt) { cancel() }))
		_, err := c.GetGroup(ctx, testGroup)
		wantClass(t, err, client.ErrMalformedResponse)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v does not match context.Canceled", err)
		}
		if e := asDecodeError(t, err); e.Reason == context.Canceled.Error() {
			t.Errorf("the reason is not about the answer any more: %s", e.Reason)
		}
	})
}
