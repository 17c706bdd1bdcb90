package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

const (
	// firstPause is how long the first pause is when the server throttles without saying for how long. Each further one
	// doubles, until a request succeeds.
	firstPause = 5 * time.Second
	maxPause   = 10 * time.Minute
)

// pause holds back all workers together while the server wants to be left alone: throttled requests count too, so one
// worker after the other finding that out would make it last longer. It is the client's Limiter.
type pause struct {
	tell func(time.Duration) // is told how long a pause will be

	mu     sync.Mutex
	until  time.Time
	growth time.Duration // the last pause that was not the server's wish; 0 after a success
}

func newPause(tell func(time.Duration)) *pause { return &pause{tell: tell} }

// Wait returns when there is no pause, or with the context's error.
func (p *pause) Wait(ctx context.Context) error {
	for {
		p.mu.Lock()
		left := time.Until(p.until)
		p.mu.Unlock()
		if left <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(left)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C: // it may have become longer meanwhile
		}
	}
}

// rest begins or prolongs the pause that an error asks for, and waits for its end.
func (p *pause) rest(ctx context.Context, err error) error {
	p.heard(err)
	return p.Wait(ctx)
}

// heard learns from the result of an attempt.
func (p *pause) heard(err error) {
	limited := errors.Is(err, client.ErrRateLimited)
	var hint time.Duration
	if graph, ok := errors.AsType[*client.Error](err); ok && limited {
		hint = graph.RetryAfter
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case hint > 0:
		p.prolong(hint)
	case time.Now().Before(p.until):
		// The answer to a request that was sent before the pause says nothing new.
	case limited:
		p.growth = min(max(2*p.growth, firstPause), maxPause)
		p.prolong(p.growth)
	case err == nil:
		p.growth = 0
	}
}

// prolong makes the pause last for d from now, if it does not already.
func (p *pause) prolong(d time.Duration) {
	left := time.Until(p.until)
	if d <= left {
		return
	}
	p.until = time.Now().Add(d)
	// Workers that are told the same at almost the same moment are not worth a message each.
	if left <= 0 || d-left >= time.Second {
		p.tell(d)
	}
}
