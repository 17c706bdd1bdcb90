package client

import (
	"sync/atomic"
	"time"
)

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
