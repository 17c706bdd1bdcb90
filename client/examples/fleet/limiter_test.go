package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-redis/redis_rate/v10"
)

const redisTimeout = 250 * time.Millisecond

// counter does in virtual time what redis_rate does in Redis; the tests with redis-server show that it is so.
type counter struct {
	limit redis_rate.Limit

	mu    sync.Mutex
	full  time.Time // when all permits are there again
	state state
	asked int
}

type state int

const (
	up state = iota
	refusing
	hanging
)

func (c *counter) set(s state, forget bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state = s; forget {
		c.full = time.Time{}
	}
}

func (c *counter) ask(ctx context.Context, atMost int) (*redis_rate.Result, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisTimeout)
	defer cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	switch c.state {
	case refusing:
		return nil, errors.New("connection refused")
	case hanging:
		c.mu.Unlock()
		<-ctx.Done()
		c.mu.Lock()
		return nil, ctx.Err()
	}
	now, every := time.Now(), interval(c.limit)
	if c.full.Before(now) {
		c.full = now
	}
	permits := c.limit.Burst - int((c.full.Sub(now)+every-1)/every)
	if permits < 1 {
		return &redis_rate.Result{RetryAfter: c.full.Sub(now) - every*time.Duration(c.limit.Burst-1)}, nil
	}
	permits = min(permits, atMost)
	c.full = c.full.Add(every * time.Duration(permits))
	return &redis_rate.Result{Allowed: permits, RetryAfter: -1}, nil
}

// virtualFleet is processes limiters with callers each, which send as fast as they may.
type virtualFleet struct {
	processes, callers int
	stagger            time.Duration // between the starts of processes
	far                time.Duration // from Redis, for all processes but the first

	mu   sync.Mutex
	sent []time.Time
	by   []int
	log  bytes.Buffer
}

func (f *virtualFleet) run(ctx context.Context, c *counter) {
	f.by = make([]int, f.processes)
	log := slog.New(slog.NewTextHandler(f, nil))
	var wg sync.WaitGroup
	for process := range f.processes {
		ask := c.ask
		if process > 0 && f.far > 0 {
			ask = func(ctx context.Context, atMost int) (*redis_rate.Result, error) {
				wait(ctx, f.far)
				return c.ask(ctx, atMost)
			}
		}
		l := newLimiter(ask, c.limit, f.processes, log)
		defer l.stop()
		for range f.callers {
			wg.Go(func() {
				wait(ctx, time.Duration(process)*f.stagger)
				for l.Wait(ctx) == nil {
					f.mu.Lock()
					f.sent = append(f.sent, time.Now())
					f.by[process]++
					f.mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Write makes the log safe for many processes.
func (f *virtualFleet) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log.Write(p)
}

func TestLimitHoldsWhateverRedisDoes(t *testing.T) {
	const (
		processes = 4
		length    = 4 * time.Minute
	)
	type event struct {
		at     time.Duration
		state  state
		forget bool
	}
	for _, c := range []struct {
		name    string
		events  []event
		stagger time.Duration
		far     time.Duration
		lost    int // times that each process loses Redis
		back    int
		asked   int // at most, where Redis is away all the time
	}{
		{name: "always there"},
		{name: "next to one process", far: 10 * time.Millisecond},
		{name: "never there", events: []event{{state: refusing}}, lost: 1, asked: processes * (5 + 4*60/15)},
		{name: "hangs from the start", events: []event{{state: hanging}}, lost: 1, asked: processes * (5 + 4*60/15)},
		{
			name:   "restarts at once",
			events: []event{{20 * time.Second, refusing, false}, {20300 * time.Millisecond, up, true}},
			lost:   1, back: 1,
		},
		{
			name:   "away for a minute, all forgotten",
			events: []event{{20 * time.Second, refusing, false}, {80 * time.Second, up, true}},
			lost:   1, back: 1,
		},
		{
			name:   "hangs for a minute, nothing forgotten",
			events: []event{{20 * time.Second, hanging, false}, {80 * time.Second, up, false}},
			lost:   1, back: 1,
		},
		{
			name:    "noticed at different times",
			events:  []event{{0, refusing, false}, {53 * time.Second, up, true}},
			stagger: 3300 * time.Millisecond, lost: 1, back: 1,
		},
		{
			name: "comes and goes",
			events: []event{
				{10 * time.Second, refusing, false}, {15 * time.Second, up, true}, {40 * time.Second, hanging, false},
				{55 * time.Second, up, false}, {120 * time.Second, refusing, false}, {150 * time.Second, up, true},
			},
			lost: 3, back: 3,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				redis := &counter{limit: redis_rate.Limit{Rate: 10, Period: time.Second, Burst: 20}}
				ctx, cancel := context.WithTimeout(t.Context(), length)
				defer cancel()
				for _, e := range c.events {
					if e.at == 0 {
						redis.set(e.state, e.forget)
						continue
					}
					time.AfterFunc(e.at, func() { redis.set(e.state, e.forget) })
				}
				f := virtualFleet{processes: processes, callers: 3, stagger: c.stagger, far: c.far}
				f.run(ctx, redis)

				if err := overLimit(f.sent, redis.limit, time.Microsecond); err != nil {
					t.Error(err)
				}
				t.Logf("%d requests, %v, asked Redis %d times", len(f.sent), f.by, redis.asked)
				if want := int(length.Seconds()) * redis.limit.Rate * 95 / 100; len(f.sent) < want {
					t.Errorf("%d requests were sent, want %d or more", len(f.sent), want)
				}
				for process, n := range f.by {
					if n < len(f.sent)/6 {
						t.Errorf("process %d sent %d of %d", process, n, len(f.sent))
					}
				}
				if lost := strings.Count(f.log.String(), "lost"); lost != processes*c.lost {
					t.Errorf("the log says %d times that Redis was lost, want %d:\n%s", lost, processes*c.lost, &f.log)
				}
				if back := strings.Count(f.log.String(), "is back"); back != processes*c.back {
					t.Errorf("the log says %d times that Redis is back, want %d:\n%s", back, processes*c.back, &f.log)
				}
				if c.asked > 0 && redis.asked > c.asked {
					t.Errorf("Redis was asked %d times while it was away, want at most %d", redis.asked, c.asked)
				}
			})
		})
	}
}

// overLimit looks at every stretch of time: it lets a bucket of burst permits run along. The times have to be in order.
func overLimit(sent []time.Time, limit redis_rate.Limit, tolerance time.Duration) error {
	permits, last := float64(limit.Burst), sent[0]
	for i, at := range sent {
		permits = min(float64(limit.Burst), permits+float64(at.Sub(last))/float64(interval(limit))) - 1
		if last = at; permits < -float64(tolerance)/float64(interval(limit)) {
			return fmt.Errorf("request %d, after %s, exceeds the limit by %.6f permits", i+1, at.Sub(sent[0]), -permits)
		}
	}
	return nil
}
