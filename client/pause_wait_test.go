package client_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A short pause is waited out by every call that meets it, the throttled ones included.
func TestShortPause(t *testing.T) {
	const calls = 100
	for _, tt := range []struct {
		name      string
		late      time.Duration // when all calls but the first begin
		underWay  int           // requests that come before the first response
		throttled int           // of them
	}{
		{"one call is throttled, the others begin later", time.Millisecond, 1, 1},
		{"one of many that are under way is throttled", 0, calls, 1},
		{"all are throttled", 0, calls, calls},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var number atomic.Int64
				everyone := make(chan struct{})
				s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
					n := int(number.Add(1))
					if n == tt.underWay {
						close(everyone)
					}
					<-everyone
					if n <= tt.throttled {
						throttle(4, "Retry-After", "1")(w, r)
						return
					}
					clienttest.Success(w, r)
				})
				c := s.Client()
				start := time.Now()
				var group sync.WaitGroup
				for i := range calls {
					group.Go(func() {
						if i > 0 {
							wait(tt.late)
						}
						op := clienttest.Operations[i%len(clienttest.Operations)]
						clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
					})
				}
				group.Wait()
				clienttest.Equal(t, "requests", s.Requests(), calls+tt.throttled)
				if took := time.Since(start); took < time.Second || took > 2*time.Second {
					t.Errorf("the calls took %s, want the pause and up to a second more", took)
				}
			})
		})
	}
}

func TestWhoWaitsForAPause(t *testing.T) {
	policy := func(attempts int, maxDelay time.Duration) client.Option {
		return client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: attempts, MaxDelay: maxDelay})
	}
	const s = time.Second
	for _, tt := range []struct {
		name            string
		pause, deadline time.Duration
		opts            []client.Option
		waits           bool
	}{
		{"as long as MaxDelay", 5 * s, 0, nil, true},
		{"a tenth of a second", s / 10, 0, nil, true},
		{"longer than MaxDelay", 6 * s, 0, nil, false},
		{"as long as a longer MaxDelay", 60 * s, 0, []client.Option{policy(2, 60*s)}, true},
		{"no retries", 1 * s, 0, []client.Option{clienttest.NoRetries}, false},
		{"one attempt", 1 * s, 0, []client.Option{policy(1, 60*s)}, false},
		{"within the deadline", 2 * s, 2*s + 1, nil, true},
		{"not within the deadline", 2 * s, 2 * s, nil, false},
		{"not within WithTimeout", 2 * s, 0, []client.Option{client.WithTimeout(2 * s)}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := clienttest.Serve(t, clienttest.InTurn(
					throttle(17, "Retry-After", fmt.Sprint(tt.pause.Seconds())), clienttest.Success))
				c := server.Client(tt.opts...)
				short, cancel := context.WithTimeout(t.Context(), 1)
				defer cancel()
				_, err := c.GetGroup(short, clienttest.GroupID) // has no time for a retry
				clienttest.WantClass(t, err, client.ErrRateLimited)
				if !tt.waits && tt.deadline == 0 {
					wantHeldBack(t, server, c, tt.pause)
					return
				}
				start, ctx := time.Now(), t.Context()
				if tt.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				_, err = c.GetGroup(ctx, clienttest.GroupID)
				took := time.Since(start)
				if !tt.waits {
					clienttest.WantClass(t, err, client.ErrRateLimited)
					clienttest.Equal(t, "time", took, 0)
					return
				}
				clienttest.WantClass(t, err, nil)
				if took < tt.pause || took > tt.pause+min(s, tt.pause) {
					t.Errorf("the call took %s", took)
				}
			})
		})
	}
}

// While a call waits for a pause a longer one may begin. The call does not wait again.
func TestLongerPauseWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := clienttest.Serve(t, clienttest.InTurn(
			slow(time.Second, throttle(4, "Retry-After", "60")), throttle(4, "Retry-After", "2")))
		c := s.Client()
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() {
				_, err := c.GetGroup(t.Context(), clienttest.GroupID)
				clienttest.WantClass(t, err, client.ErrRateLimited)
			})
			synctest.Wait()
		}
		start := time.Now()
		_, err := c.GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrRateLimited)
		took := time.Since(start)
		if took < 2*time.Second || took > 3*time.Second {
			t.Errorf("the call took %s, want the shorter pause and up to a second more", took)
		}
		clienttest.Equal(t, "hint", clienttest.AsError(t, err).RetryAfter, 61*time.Second-took)
		group.Wait()
		clienttest.Equal(t, "requests", s.Requests(), 2)
	})
}

// A pause that begins while calls wait for the limiter, or for a token, holds them back too.
func TestPauseBeginsWhileCallsQueue(t *testing.T) {
	const queued = 40
	type first struct{}
	for _, tt := range []struct {
		name string
		at   func(queue func(context.Context)) (client.TokenSource, client.Option)
	}{
		{"at the limiter", func(queue func(context.Context)) (client.TokenSource, client.Option) {
			return client.StaticToken(clienttest.Token),
				client.WithLimiter(clienttest.LimiterFunc(func(ctx context.Context) error { queue(ctx); return nil }))
		}},
		{"at the token source", func(queue func(context.Context)) (client.TokenSource, client.Option) {
			return clienttest.TokenFunc(func(ctx context.Context) (string, error) {
				queue(ctx)
				return clienttest.Token, nil
			}), nil
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				ts, opt := tt.at(func(ctx context.Context) {
					if ctx.Value(first{}) == nil {
						<-release
					}
				})
				s := clienttest.Serve(t, throttle(17, "Retry-After", "60"))
				c := s.ClientOf(ts, opt)
				var group sync.WaitGroup
				for i := range queued {
					group.Go(func() {
						err := clienttest.Operations[i%len(clienttest.Operations)].Call(t.Context(), c, clienttest.GroupID)
						clienttest.WantClass(t, err, client.ErrRateLimited)
						clienttest.Equal(t, "attempts", clienttest.AsError(t, err).Attempts, 0)
					})
				}
				synctest.Wait()
				_, err := c.GetGroup(context.WithValue(t.Context(), first{}, true), clienttest.GroupID)
				clienttest.WantClass(t, err, client.ErrRateLimited)
				close(release)
				group.Wait()
				clienttest.Equal(t, "requests", s.Requests(), 1)
			})
		})
	}
}

// A call that a pause holds back is seen, with number 0, and so is a retry.
func TestObserverOfHeldBackCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var mu sync.Mutex
		var seen []string
		s := clienttest.Serve(t, clienttest.InTurn(
			slow(time.Second, throttle(4, "Retry-After", "60")), clienttest.Respond(503, "", "Retry-After", "3")))
		c := s.Client(client.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))),
			client.WithObserver(func(_ context.Context, a client.Attempt) {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, fmt.Sprintln(a.Op, a.Number, a.StatusCode, a.Duration, a.RetryIn, a.WillRetry,
					client.Class(a.Err)))
			}))
		var group sync.WaitGroup
		for _, name := range []string{"UpdateGroup", "GetGroup"} { // the second waits for its retry when the pause begins
			group.Go(func() { _ = clienttest.OperationNamed(name).Call(t.Context(), c, clienttest.GroupID) })
			synctest.Wait()
		}
		group.Wait()
		_ = clienttest.OperationNamed("DeleteGroup").Call(t.Context(), c, clienttest.GroupID)
		clienttest.Equal(t, "attempts", strings.Join(seen, ""), "GetGroup 1 503 0s 3s true unavailable\n"+
			"UpdateGroup 1 429 1s 0s false rate limited\nGetGroup 0 0 0s 0s false rate limited\n"+
			"DeleteGroup 0 0 0s 0s false rate limited\n")
		var records []string
		for _, r := range logged(t, &log) {
			records = append(records, fmt.Sprintln(r["operation"], r["attempt"], r["status"], r["class"], r["level"]))
		}
		clienttest.Equal(t, "records", strings.Join(records, ""), "GetGroup 1 503 unavailable WARN\n"+
			"UpdateGroup 1 429 rate limited WARN\nGetGroup 0 0 rate limited WARN\nDeleteGroup 0 0 rate limited WARN\n")
	})
}
