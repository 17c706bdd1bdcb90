package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"golang.org/x/time/rate"
)

const (
	// firstRetry is how long the limiter leaves Redis alone after it has lost it. The time doubles up to longestRetry.
	firstRetry   = 500 * time.Millisecond
	longestRetry = 15 * time.Second
)

// An ask takes permits from the shared limit, as many as there are, and at most that many.
type ask func(ctx context.Context, atMost int) (*redis_rate.Result, error)

// A limiter is a client.Limiter for many processes. In any stretch of time they together send at most rate × time +
// burst requests (or + processes, if these are more), also while Redis goes away and comes back without its memory. A
// restart that a process does not notice, between two questions, can add one burst.
//
// While Redis is away each process keeps to its share, the limit divided by the number of processes. So a fleet with
// more processes than it was told exceeds the limit then, and a process that alone cannot reach Redis adds its share to
// what the others send. To stop instead, return the error where lost is called: the calls then fail with
// client.ErrNotSent.
type limiter struct {
	ask      ask
	burst    int
	interval time.Duration
	share    *rate.Limiter
	log      *slog.Logger

	// turn is held by the one call that is being served, the others queue for it: so a process asks once for each
	// permit, however many calls wait. It guards the fields below.
	turn       chan struct{}
	away       bool
	retryIn    time.Duration
	retryAt    time.Time
	shareUntil time.Time
}

func newLimiter(ask ask, limit redis_rate.Limit, processes int, log *slog.Logger) *limiter {
	every := interval(limit)
	return &limiter{
		ask: ask, burst: limit.Burst, interval: every, log: log, turn: make(chan struct{}, 1),
		share: rate.NewLimiter(rate.Every(every*time.Duration(processes)), 1),
	}
}

// interval is the time between two requests at the full rate.
func interval(limit redis_rate.Limit) time.Duration { return limit.Period / time.Duration(limit.Rate) }

// Wait blocks until one more request may be sent. It fails when the context ends, and at once when the next permit
// would come after the context's deadline. A call that queues behind others of its process learns that at its turn.
func (l *limiter) Wait(ctx context.Context) error {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	// A goroutine of its own keeps the turn until Redis has answered or timed out, also when the caller has gone.
	served := make(chan error, 1)
	go func() {
		defer func() { <-l.turn }()
		served <- l.serve(ctx)
	}()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stop waits until nobody asks Redis any more. Nobody may wait then, or later.
func (l *limiter) stop() { l.turn <- struct{}{} }

// serve waits for one permit: of the share, of Redis, or of both. Redis comes last, so that its permits do not wait.
func (l *limiter) serve(ctx context.Context) error {
	if l.away && !time.Now().Before(l.retryAt) {
		l.retry(ctx)
	}
	if l.away || time.Now().Before(l.shareUntil) {
		if err := l.share.Wait(ctx); l.away || err != nil {
			return err
		}
	}
	for {
		result, err := l.ask(ctx, 1)
		if err != nil {
			l.lost(err)
			return l.share.Wait(ctx)
		}
		if result.Allowed > 0 {
			return nil
		}
		if err := l.pause(ctx, result.RetryAfter); err != nil {
			return err
		}
	}
}

// pause waits until there may be a permit, and a random part of an interval more. All processes are told the same
// moment; without that the one next to Redis would always be the first, and the others get nothing.
func (l *limiter) pause(ctx context.Context, d time.Duration) error {
	spread := l.interval
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline) - d
		if left <= 0 {
			return fmt.Errorf("the next request may be sent in %s, after the context's deadline", d)
		}
		spread = min(spread, left)
	}
	timer := time.NewTimer(d + rand.N(spread))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lost turns to the share, which starts empty: Redis has given away all that was due until now.
func (l *limiter) lost(err error) {
	l.share.Allow()
	l.away, l.retryIn, l.retryAt = true, firstRetry, time.Now().Add(firstRetry)
	l.log.Warn("shared rate limit lost, keeping to the share of this process", "reason", reason(err))
}

// retry asks whether Redis is back, and takes all the permits that it has: it does not know what was sent meanwhile.
// The other processes may notice later, so this one keeps to its share, besides, until they have had time to.
func (l *limiter) retry(ctx context.Context) {
	if _, err := l.ask(ctx, l.burst); err != nil {
		l.retryIn = min(2*l.retryIn, longestRetry)
		l.retryAt = time.Now().Add(l.retryIn)
		return
	}
	l.away, l.shareUntil = false, time.Now().Add(2*longestRetry)
	l.log.Info("shared rate limit is back")
}
