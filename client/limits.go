package client

import (
	"sync"
	"sync/atomic"
	"time"
)

// budget bounds what all calls of a client may spend on retries, so that an outage is not answered with a multiple of
// the usual load.
type budget struct {
	mu   sync.Mutex
	left int
}

const (
	budgetSize       = 500
	retryCost        = 14
	throttleCost     = 5
	firstTryRepaying = 1
)

func (b *budget) init() { b.left = budgetSize }

// take pays for a retry and returns its cost; ok is false when there is not enough left.
func (b *budget) take(v verdict) (cost int, ok bool) {
	cost = retryCost
	if v == throttled {
		cost = throttleCost
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < cost {
		return 0, false
	}
	b.left -= cost
	return cost, true
}

// giveBack follows a success: the cost of the retry that led to it, or a little if there was none.
func (b *budget) giveBack(cost int) {
	b.mu.Lock()
	b.left = min(budgetSize, b.left+max(cost, firstTryRepaying))
	b.mu.Unlock()
}

// throttle remembers until when the server asked to be left alone. Calls in the meantime would fail, and would make
// the wait longer.
type throttle struct {
	until atomic.Pointer[time.Time]
}

// hold keeps the later of the moments that were asked for.
func (t *throttle) hold(until time.Time) {
	for {
		old := t.until.Load()
		if old != nil && !old.Before(until) || t.until.CompareAndSwap(old, &until) {
			return
		}
	}
}

// remaining returns how long to stay away, 0 when calls are welcome.
func (t *throttle) remaining() time.Duration {
	until := t.until.Load()
	if until == nil {
		return 0
	}
	left := time.Until(*until)
	if left <= 0 {
		// Clearing it spares later calls the clock; a hold that came in between stays.
		t.until.CompareAndSwap(until, nil)
		return 0
	}
	return left
}
