package main

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-redis/redis_rate/v10"
)

func TestWaitEndsWithTheContext(t *testing.T) {
	perMinute := redis_rate.Limit{Rate: 1, Period: time.Minute, Burst: 2}
	for _, c := range []struct {
		name    string
		state   state
		queue   bool // behind a call that waits for its permit
		timeout time.Duration
		cancel  time.Duration
		takes   time.Duration
		err     error // nil: one that says that the permit would come too late
	}{
		{name: "the next permit comes too late", timeout: 59 * time.Second},
		{name: "canceled while waiting", cancel: 7 * time.Second, takes: 7 * time.Second, err: context.Canceled},
		{
			name: "the deadline passes in the queue", queue: true,
			timeout: 5 * time.Second, takes: 5 * time.Second, err: context.DeadlineExceeded,
		},
		{
			name: "canceled in the queue", queue: true,
			cancel: 5 * time.Second, takes: 5 * time.Second, err: context.Canceled,
		},
		{
			name: "Redis hangs beyond the deadline", state: hanging,
			timeout: time.Millisecond, takes: time.Millisecond, err: context.DeadlineExceeded,
		},
		{
			name: "canceled while Redis hangs", state: hanging,
			cancel: time.Millisecond, takes: time.Millisecond, err: context.Canceled,
		},
		{name: "Redis hangs, the share comes too late", state: hanging, timeout: time.Minute, takes: redisTimeout},
		{name: "Redis is away, the share comes too late", state: refusing, timeout: time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				redis := &counter{limit: perMinute}
				l := newLimiter(redis.ask, perMinute, 2, slog.New(slog.DiscardHandler))
				defer l.stop()
				for range perMinute.Burst {
					if err := l.Wait(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				redis.set(c.state, false)
				if c.queue {
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					go func() { _ = l.Wait(ctx) }()
					synctest.Wait()
				}

				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.timeout > 0 {
					ctx, cancel = context.WithTimeout(ctx, c.timeout)
					defer cancel()
				}
				if c.cancel > 0 {
					time.AfterFunc(c.cancel, cancel)
				}
				start := time.Now()
				err := l.Wait(ctx)
				if took := time.Since(start); took != c.takes {
					t.Errorf("it took %s, want %s", took, c.takes)
				}
				if early := ctx.Err() == nil; err == nil || early != (c.err == nil) || !early && !errors.Is(err, c.err) {
					t.Errorf("the error is %v, want %v", err, c.err)
				}
			})
		})
	}
}

// A caller that goes away while Redis hangs does not keep the next one from the share.
func TestImpatientCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		redis := &counter{limit: redis_rate.Limit{Rate: 100, Period: time.Second, Burst: 2}, state: hanging}
		l := newLimiter(redis.ask, redis.limit, 2, slog.New(slog.DiscardHandler))
		defer l.stop()
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := l.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the impatient caller got %v", err)
		}
		if err := l.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if took, want := time.Since(start), redisTimeout+20*time.Millisecond; took != want {
			t.Errorf("the next caller was served after %s, want %s", took, want)
		}
	})
}

func TestOneCallAsksForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 200
		redis := &counter{limit: redis_rate.Limit{Rate: 100, Period: time.Second, Burst: 5}}
		l := newLimiter(redis.ask, redis.limit, 1, slog.New(slog.DiscardHandler))
		defer l.stop()
		start := time.Now()
		errs := make(chan error)
		for range calls {
			go func() { errs <- l.Wait(t.Context()) }()
		}
		for range calls {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(start); took < 1950*time.Millisecond || took > 2*time.Second {
			t.Errorf("%d calls took %s, want 1.95 s", calls, took)
		}
		if redis.asked > 2*calls {
			t.Errorf("Redis was asked %d times for %d permits", redis.asked, calls)
		}
	})
}
