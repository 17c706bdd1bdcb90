package webhook

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/wagroups/wagroups-go/client"
)

// Receive keeps an event and wakes the callers that wait for it. Use it as [Config.Receive], or call it with the events
// of your own queue. A duplicate changes nothing. An event without type, request ID and group ID, such as a message, is
// not kept. The error is not nil only if the event is nil.
//
// The callers that wait share the event, so do not change it afterwards.
func (o *Outcomes) Receive(_ context.Context, e *Event) error {
	if e == nil {
		return errors.New("wagroups: webhook: no event")
	}
	if e.Type == "" && e.RequestID == "" && e.GroupID == "" {
		return nil
	}
	key := e.Key()
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.keep(e, key) {
		return nil
	}
	if e.RequestID != "" {
		o.wake(e.RequestID, e)
	}
	o.wake("", e)
	return nil
}

func (o *Outcomes) wake(id string, e *Event) {
	for w := range o.waiters[id] {
		w.events = append(w.events, e)
		// A function that matches slowly must not collect events without limit.
		w.events = w.events[max(0, len(w.events)-o.maxEvents()):]
		select {
		case w.ready <- struct{}{}:
		default:
		}
	}
}

// Wait waits for the event that reports the outcome of a change, and returns it together with its [Event.Err]. If there
// are several, it returns the first. An event that has already come is returned at once, if it is still kept. A receipt
// without a request ID is refused with [ErrNoRequestID]. If [client.Receipt.Repeated] is set there is nothing to wait
// for: the group no longer exists.
//
// If ctx ends first, there is no event, and the error matches [client.ErrAmbiguous] and the error of ctx. It is not
// known how soon a webhook comes, or whether it always does: give ctx a deadline, and read the group after it.
func (o *Outcomes) Wait(ctx context.Context, r *client.Receipt) (*Event, error) {
	if r == nil || r.RequestID == "" {
		return nil, ErrNoRequestID
	}
	return o.wait(ctx, r.RequestID, func(*Event) bool { return true })
}

// WaitFunc is like [Outcomes.Wait], but returns the first event that match accepts. Use it for a deletion, whose
// receipt has no request ID:
//
//	o.WaitFunc(ctx, func(e *webhook.Event) bool { return e.Type == webhook.TypeGroupDelete && e.GroupID == id })
//
// It checks the kept events in the order of their arrival, and then new ones as they come. match is called in this
// goroutine, at most once for each event.
func (o *Outcomes) WaitFunc(ctx context.Context, match func(*Event) bool) (*Event, error) {
	return o.wait(ctx, "", match)
}

// A waiter has the events that it has not looked at yet, under the lock of its Outcomes.
type waiter struct {
	events []*Event
	ready  chan struct{}
}

func (o *Outcomes) wait(ctx context.Context, id string, match func(*Event) bool) (*Event, error) {
	w := o.enter(id)
	defer o.leave(id, w)
	for done := false; ; {
		o.mu.Lock()
		events := w.events
		w.events = nil
		o.mu.Unlock()
		if i := slices.IndexFunc(events, match); i >= 0 {
			return events[i], events[i].Err()
		}
		if done {
			return nil, fmt.Errorf("wagroups: webhook: %w: no webhook reported the change in time: %w",
				client.ErrAmbiguous, ctx.Err())
		}
		select {
		case <-w.ready:
		case <-ctx.Done():
			done = true // and one look at what has come meanwhile
		}
	}
}

func (o *Outcomes) enter(id string) *waiter {
	w := &waiter{ready: make(chan struct{}, 1)}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forget(o.maxEvents())
	if id != "" {
		w.events = slices.Clone(o.byID[id])
	} else {
		for _, a := range o.log {
			w.events = append(w.events, a.event)
		}
	}
	if o.waiters == nil {
		o.waiters = map[string]map[*waiter]bool{}
	}
	if o.waiters[id] == nil {
		o.waiters[id] = map[*waiter]bool{}
	}
	o.waiters[id][w] = true
	return w
}

func (o *Outcomes) leave(id string, w *waiter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if delete(o.waiters[id], w); len(o.waiters[id]) == 0 {
		delete(o.waiters, id)
	}
}
