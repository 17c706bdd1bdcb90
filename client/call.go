package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// operation is what the parts of a call have to know about the method that was called.
type operation struct {
	name   string // the Go method, as errors and logs show it
	method string // the HTTP method
	// change: the server's state may differ afterwards, so a lost answer leaves the outcome unknown.
	change bool
	// repeatable: to send it twice has the effect of sending it once.
	repeatable bool
	// deletes: a group that is gone afterwards is what was wanted.
	deletes bool
}

var (
	getGroup      = operation{name: "GetGroup", method: http.MethodGet, repeatable: true}
	updateGroup   = operation{name: "UpdateGroup", method: http.MethodPost, change: true}
	setGroupPhoto = operation{name: "SetGroupPhoto", method: http.MethodPost, change: true}
	deleteGroup   = operation{
		name: "DeleteGroup", method: http.MethodDelete, change: true, repeatable: true, deletes: true,
	}
)

// call is one call of a method: its attempts, until one succeeds or none should follow.
type call struct {
	*core
	op       *operation
	groupID  string
	template *http.Request // what the attempts of all calls have in common
	url      *url.URL
	payload  *payload // nil for none
	into     result

	deadline   time.Time // of the whole call; zero for none
	attempts   int       // so far, the one under way included
	mayHaveRun bool      // an attempt before this one may have been carried out
	corrected  bool      // the clock was corrected once
	retryCost  int       // what the last retry took from the budget
	token      string    // of this attempt
	proof      string
	earlier    []string // tokens and proofs of the attempts before
}

// do makes attempts until one succeeds or none should follow, and fills into.
func (k *call) do(ctx context.Context) error {
	if ctx == nil {
		return argumentError("ctx", "must not be nil")
	}
	// The transport may hold the caller's reader from here on; it loses it when the call returns.
	defer k.payload.release()

	var bounded bool
	if k.deadline, bounded = ctx.Deadline(); !bounded && k.timeout > 0 {
		k.deadline = time.Now().Add(k.timeout)
	}
	o := k.run(ctx)
	if info := callInfoFrom(ctx); info != nil {
		info.fill(&o, k.attempts, k.redactor())
	}
	return k.err(&o)
}

func (k *call) run(ctx context.Context) outcome {
	var last, answered outcome
	for {
		if left := k.throttle.remaining(); left > 0 {
			o := k.heldBack(last, left)
			return o.onTopOf(answered)
		}
		before := k.attempts
		start := time.Now()
		o := k.attempt(ctx)
		if k.attempts == before && before > 0 {
			// Not even tried again: the answer before says more.
			last.cause = o.cause
			return last.onTopOf(answered)
		}
		if o.verdict == throttled && o.retryAfter > 0 {
			k.throttle.hold(time.Now().Add(o.retryAfter))
		}
		k.settle(&o)
		delay, again := k.next(ctx, &o)
		if k.attempts > before {
			k.observe(ctx, &o, time.Since(start), delay, again)
		}
		if o.verdict == accepted {
			k.budget.giveBack(k.retryCost)
		}
		if !again {
			return o.onTopOf(answered)
		}
		k.mayHaveRun = k.mayHaveRun || o.mayHaveRun()
		if err := sleep(ctx, delay); err != nil {
			o.cause = err
			return o.onTopOf(answered)
		}
		last = o
		if o.status != 0 {
			answered = o
		}
	}
}

// heldBack ends a call without touching the network, because the server asked for a pause that is not over.
func (k *call) heldBack(last outcome, left time.Duration) outcome {
	if k.attempts == 0 {
		last = outcome{
			verdict: throttled, class: ErrRateLimited,
			reason: "not sent: an earlier answer asked for a pause that is not over",
		}
	}
	last.retryAfter = max(last.retryAfter, left)
	return last
}

// settle sees an attempt in the light of those before it. After one that may have been carried out, a group that is
// gone is a deletion that succeeded, and any other failure leaves the outcome unknown.
func (k *call) settle(o *outcome) {
	if !k.op.change || !k.mayHaveRun {
		return
	}
	switch o.verdict {
	case notSent, refused, throttled:
		if receipt, ok := k.into.(*Receipt); ok && k.op.deletes && o.class == ErrNotFound && o.graph.hasCode {
			receipt.Repeated = true
			o.verdict, o.class = accepted, ""
			return
		}
		o.class = ErrAmbiguous
	}
}

// next decides whether another attempt follows, and after which wait.
func (k *call) next(ctx context.Context, o *outcome) (delay time.Duration, again bool) {
	if o.verdict == accepted || k.attempts >= k.retry.MaxAttempts || ctx.Err() != nil {
		return 0, false
	}
	if o.skewed && !k.corrected {
		k.corrected = true
	} else {
		if !k.retry.allows(k.op, o) {
			return 0, false
		}
		var ok bool
		if delay, ok = k.retry.delay(k.attempts, o); !ok {
			return 0, false
		}
	}
	if !k.deadline.IsZero() && time.Until(k.deadline) <= delay {
		return 0, false
	}
	cost, ok := k.budget.take(o.verdict)
	if !ok {
		return 0, false
	}
	k.retryCost = cost
	return delay, true
}

// err describes an outcome to the caller; nil when it was a success.
func (k *call) err(o *outcome) error {
	if o.verdict == accepted {
		return nil
	}
	return o.err(k.op, k.attempts, k.redactor())
}

func (k *call) redactor() redactor {
	return newRedactor(append(k.earlier, k.token, k.appSecret, k.proof, k.groupID)...)
}

// sleep waits for d, or less when the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
