package client_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestNoWaitBeyondTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := clienttest.Serve(t, clienttest.Respond(http.StatusServiceUnavailable, "", "Retry-After", "3"))
		for deadline, requests := range map[time.Duration]int{
			2 * time.Second: 1, 3 * time.Second: 1, 3*time.Second + 1: 2, 6 * time.Second: 2, 7 * time.Second: 3,
		} {
			before := s.Requests()
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			_, err := s.Client().GetGroup(ctx, clienttest.GroupID)
			cancel()
			clienttest.WantClass(t, err, client.ErrUnavailable)
			clienttest.Equal(t, "hint", clienttest.AsError(t, err).RetryAfter, 3*time.Second)
			clienttest.Equal(t, "requests within "+deadline.String(), s.Requests()-before, requests)
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
		{"after trouble", clienttest.Respond(503, clienttest.GraphError(2), "Retry-After", "4"), 503, client.ErrUnavailable},
		{"after throttling", clienttest.Respond(429, clienttest.GraphError(4), "Retry-After", "4"), 429, client.ErrRateLimited},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				s := clienttest.Serve(t, tt.first)
				start := time.Now()
				_, err := s.Client().GetGroup(ctx, clienttest.GroupID)
				clienttest.Equal(t, "time", time.Since(start), time.Second)
				clienttest.WantClass(t, err, tt.class)
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%v does not match context.Canceled", err)
				}
				clienttest.Equal(t, "status", clienttest.AsError(t, err).StatusCode, tt.status)
				clienttest.Equal(t, "requests", s.Requests(), 1)
			})
		})
	}
}

func TestCancelledWhileWaitingAfterABrokenAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		policy := client.RetryPolicy{MaxAttempts: 2, BaseDelay: time.Hour, MaxDelay: time.Hour}
		c := clienttest.Serve(t, clienttest.Respond(http.StatusOK, "<html>")).Client(client.WithRetryPolicy(policy), client.WithTimeout(0),
			client.WithObserver(func(context.Context, client.Attempt) { cancel() }))
		_, err := c.GetGroup(ctx, clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrMalformedResponse)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v does not match context.Canceled", err)
		}
		if e := clienttest.AsError(t, err); e.Message == context.Canceled.Error() {
			t.Errorf("the reason is not about the answer any more: %s", e.Message)
		}
	})
}
