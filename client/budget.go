package client

import "sync"

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
