package webhook

import (
	"errors"
	"sync"
	"time"
)

// ErrNoRequestID means that the receipt has no request ID to wait for.
var ErrNoRequestID = errors.New("wagroups: webhook: the receipt has no request ID")

// Outcomes keeps the events of the last minutes, so that a program can wait for the event that reports its change. The
// event may come before or during the wait, and more than once. The zero value is ready to use. An Outcomes is safe for
// concurrent use and must not be copied. It starts no goroutine.
//
// It knows only the events that reach this process. If you have several processes and one of them receives the
// webhooks, send the events to all of them: an [Event] can be sent through any queue as JSON.
type Outcomes struct {
	// MaxEvents is how many events are kept; the oldest are dropped first. 0 means 10,000.
	MaxEvents int
	// MaxAge is how long an event is kept after its arrival. 0 means 15 minutes.
	MaxAge time.Duration

	mu      sync.Mutex
	log     []arrival // by arrival
	keys    map[string]bool
	byID    map[string][]*Event
	waiters map[string]map[*waiter]bool // by request ID; those of WaitFunc under ""
}

type arrival struct {
	event *Event
	key   string
	at    time.Time
}

func (o *Outcomes) maxEvents() int {
	if o.MaxEvents > 0 {
		return o.MaxEvents
	}
	return 10_000
}

// keep adds an event and reports whether it is new. The caller holds the lock.
func (o *Outcomes) keep(e *Event, key string) bool {
	o.forget(o.maxEvents())
	if o.keys[key] {
		return false
	}
	o.forget(o.maxEvents() - 1)
	if o.keys == nil {
		o.keys, o.byID = map[string]bool{}, map[string][]*Event{}
	}
	o.keys[key] = true
	o.log = append(o.log, arrival{e, key, time.Now()})
	if e.RequestID != "" {
		o.byID[e.RequestID] = append(o.byID[e.RequestID], e)
	}
	return true
}

// forget drops the oldest events until at most limit are left, none of them too old. The caller holds the lock.
func (o *Outcomes) forget(limit int) {
	maxAge := o.MaxAge
	if maxAge <= 0 {
		maxAge = 15 * time.Minute
	}
	n := 0
	for ; n < len(o.log) && (len(o.log)-n > limit || time.Since(o.log[n].at) > maxAge); n++ {
		old := o.log[n]
		delete(o.keys, old.key)
		if id := old.event.RequestID; id != "" {
			// The oldest event of a request is the first of its list.
			if o.byID[id] = o.byID[id][1:]; len(o.byID[id]) == 0 {
				delete(o.byID, id)
			}
		}
	}
	clear(o.log[:n])
	o.log = o.log[n:]
}
