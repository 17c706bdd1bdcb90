package client_test

import (
	"context"
	"errors"
	"fmt"
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

// Code of the caller that ignores its context can hold a call up, but no attempt starts after the deadline.
func TestNoAttemptAfterTheDeadline(t *testing.T) {
	token := clienttest.TokenFunc(func(context.Context) (string, error) {
		wait(200 * time.Millisecond)
		return clienttest.Token, nil
	})
	limiter := client.WithLimiter(clienttest.LimiterFunc(func(context.Context) error {
		wait(200 * time.Millisecond)
		return nil
	}))
	for _, tt := range []struct {
		name string
		ts   client.TokenSource
		opt  client.Option
	}{
		{"a slow token source", token, nil},
		{"a slow limiter", client.StaticToken(clienttest.Token), limiter},
	} {
		for _, op := range clienttest.Operations {
			t.Run(tt.name+", "+op.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := clienttest.ServeNothing(t)
					ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
					defer cancel()
					for _, err := range []error{
						op.Call(ctx, s.ClientOf(tt.ts, tt.opt), clienttest.GroupID),
						op.Call(t.Context(), s.ClientOf(tt.ts, tt.opt, client.WithTimeout(100*time.Millisecond)), clienttest.GroupID),
					} {
						clienttest.WantClass(t, err, client.ErrNotSent)
						clienttest.Equal(t, "attempts", clienttest.AsError(t, err).Attempts, 0)
						clienttest.Equal(t, "deadline exceeded", errors.Is(err, context.DeadlineExceeded), true)
					}
				})
			})
		}
	}
}

// What happens before an attempt counts towards the time of the call, and not towards that of the attempt.
func TestTimeBeforeAnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := func(ctx context.Context) error {
			select {
			case <-time.After(time.Minute):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		token := clienttest.TokenFunc(func(ctx context.Context) (string, error) { return clienttest.Token, hold(ctx) })
		var took []time.Duration
		opts := []client.Option{
			client.WithLimiter(clienttest.LimiterFunc(hold)), client.WithAttemptTimeout(20 * time.Second),
			client.WithObserver(func(_ context.Context, a client.Attempt) {
				took = append(took, a.Duration.Round(time.Second))
			}),
		}
		s := clienttest.Serve(t, slow(10*time.Second, clienttest.Success))
		_, err := s.ClientOf(token, append(opts, client.WithTimeout(time.Hour))...).GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, nil)
		clienttest.Equal(t, "durations", fmt.Sprint(took), "[10s]")

		start := time.Now()
		_, err = s.ClientOf(token, append(opts, client.WithTimeout(90*time.Second))...).
			GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrNotSent)
		clienttest.Equal(t, "time of the call", time.Since(start), 90*time.Second)
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
			t.Errorf("the reason is not about the response any more: %s", e.Message)
		}
	})
}
