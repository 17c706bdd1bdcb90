package client

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

// budget bounds what all calls of a client and of those made from it may spend on retries, so that an outage does not
// multiply the usual load.
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

// costAfter is what a retry takes that follows an attempt of this class.
func costAfter(class ErrorClass) int {
	if class == ErrRateLimited {
		return throttleCost
	}
	return retryCost
}

// has reports whether there is enough left for a retry.
func (b *budget) has(cost int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.left >= cost
}

// take pays for a retry that starts now, if there is enough left.
func (b *budget) take(cost int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < cost {
		return false
	}
	b.left -= cost
	return true
}

// giveBack follows a success: the cost of the retry that led to it, or a little if there was none.
func (b *budget) giveBack(cost int) {
	b.mu.Lock()
	b.left = min(budgetSize, b.left+max(cost, firstTryRepaying))
	b.mu.Unlock()
}

// pauses remembers until when the server asked to be left alone, by the app as a whole or by single tokens. It keeps a
// hash of a token, and forgets tokens rather than grow without bound.
type pauses struct {
	seed   maphash.Seed
	active atomic.Bool // spares calls the lock and the clock while there is no pause

	mu     sync.Mutex
	app    time.Time
	tokens map[uint64]time.Time
}

// maxPausedTokens takes about half a megabyte.
const maxPausedTokens = 10_000

func (p *pauses) init() { p.seed = maphash.MakeSeed() }

// start pauses the app, or a token, for d. The later of two ends counts.
func (p *pauses) start(wholeApp bool, token string, d time.Duration) {
	if d <= 0 {
		return
	}
	now := time.Now()
	until := now.Add(d)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.active.Store(true)
	if wholeApp {
		p.app = later(p.app, until)
		return
	}
	key := maphash.String(p.seed, token)
	until = later(p.tokens[key], until)
	if p.tokens == nil {
		p.tokens = map[uint64]time.Time{}
	}
	if delete(p.tokens, key); len(p.tokens) >= maxPausedTokens {
		p.makeRoom(now)
	}
	p.tokens[key] = until
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// makeRoom forgets the pauses that are over, and the one that ends first if all last.
func (p *pauses) makeRoom(now time.Time) {
	var first uint64
	var end time.Time
	for key, until := range p.tokens {
		if !until.After(now) {
			delete(p.tokens, key)
		} else if end.IsZero() || until.Before(end) {
			first, end = key, until
		}
	}
	if len(p.tokens) >= maxPausedTokens {
		delete(p.tokens, first)
	}
}

// left returns how long a call has to stay away: with an empty token because of the app, else because of either.
func (p *pauses) left(token string) time.Duration {
	if !p.active.Load() {
		return 0
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	key := maphash.String(p.seed, token)
	until := later(p.app, p.tokens[key])
	if !p.tokens[key].After(now) {
		delete(p.tokens, key)
	}
	if !p.app.After(now) && len(p.tokens) == 0 {
		p.active.Store(false)
	}
	return max(until.Sub(now), 0)
}
