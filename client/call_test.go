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
			for _, call := range []func() (*client.Group, error){
				func() (*client.Group, error) {
					ctx, cancel := context.WithTimeout(t.Context(), deadline)
					defer cancel()
					return s.Client().GetGroup(ctx, clienttest.GroupID)
				},
				func() (*client.Group, error) {
					return s.Client(client.WithTimeout(deadline)).GetGroup(t.Context(), clienttest.GroupID)
				},
			} {
				before := s.Requests()
				_, err := call()
				clienttest.WantClass(t, err, client.ErrUnavailable)
				clienttest.Equal(t, "hint", clienttest.AsError(t, err).RetryAfter, 3*time.Second)
				clienttest.Equal(t, "requests within "+deadline.String(), s.Requests()-before, requests)
			}
		}
	})
}

func TestCancelledWhileWaitingAfterABrokenAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		policy := client.RetryPolicy{MaxAttempts: 2, BaseDelay: time.Hour, MaxDelay: time.Hour}
		c := clienttest.Serve(t, clienttest.Respond(http.StatusOK, "<html>")).
			Client(client.WithRetryPolicy(policy), client.WithTimeout(0),
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
