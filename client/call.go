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
	// change: the server's state may differ afterwards, so a lost response leaves the outcome unknown.
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
	*tenant
	op       *operation
	groupID  string
	template *http.Request // what the attempts of all calls have in common
	url      url.URL
	payload  *payload    // nil for none
	photo    photoUpload // without a form for none
	into     result

	deadline   time.Time // of the whole call; zero for none
	attempts   int       // so far, the one under way included
	limit      int       // of attempts
	mayHaveRun bool      // an attempt before this one may have been carried out
	waited     bool      // for a pause
	corrected  bool      // the clock was corrected
	cost       int       // what a retry takes from the budget, and what the last one took
	token      string    // of this attempt
	proof      string
	skew       time.Duration // of the clock that proof was made by
	earlier    []string      // tokens and proofs of the attempts before
}

// do makes attempts until one succeeds or none should follow, and fills into.
func (k *call) do(ctx context.Context) error {
	info := callInfoFrom(ctx)
	if k.deadline.IsZero() {
		k.deadline = k.deadlineOf(ctx)
	}
	if _, static := k.tokens.(StaticToken); !static {
		// A token source may go on with it after an attempt.
		var cancel context.CancelFunc
		ctx, cancel = k.withDeadline(ctx)
		defer cancel()
	}
	k.limit = max(k.retry.MaxAttempts, 1)
	o := k.run(ctx)
	if info != nil {
		info.fill(&o, k.attempts, k.redactor(new(secretsRoom)))
	}
	return k.err(&o)
}

// deadlineOf returns when a call ends that starts now, zero for never.
func (s *settings) deadlineOf(ctx context.Context) time.Time {
	deadline, ok := ctx.Deadline()
	if !ok && s.timeout > 0 {
		deadline = time.Now().Add(s.timeout)
	}
	return deadline
}

// withDeadline tells ctx when the call ends, if it does not know.
func (k *call) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, told := ctx.Deadline(); told || k.deadline.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, k.deadline)
}

func (k *call) run(ctx context.Context) outcome {
	var last, responded outcome
	for {
		o, sent := k.try(ctx, &last)
		if !sent {
			return k.unsent(ctx, &o, last, responded)
		}
		if o.class == ErrRateLimited {
			k.pauses.start(isAppCode(o.graph.code), k.token, min(o.retryAfter, k.maxPause))
		}
		if o.class == "" {
			k.budget.giveBack(k.cost)
		}
		delay, again := k.next(ctx, &o)
		k.settle(&o)
		k.observe(ctx, &o, k.attempts, delay, again)
		if !again {
			return k.photo.explained(&o).onTopOf(responded)
		}
		k.mayHaveRun = k.mayHaveRun || o.mayHaveRun()
		if err := sleep(ctx, delay); err != nil {
			o.cause = err
			return o.onTopOf(responded)
		}
		last = o
		if o.status != 0 {
			responded = o
		}
	}
}

// try makes an attempt, unless something forbids it.
func (k *call) try(ctx context.Context, last *outcome) (o outcome, sent bool) {
	o = k.prepare(ctx)
	start := time.Now()
	switch {
	case o.class != "":
	case !k.deadline.IsZero() && !start.Before(k.deadline):
		o = miss("", context.DeadlineExceeded)
	case !k.budget.take(k.cost):
		o = *last // other calls have used the budget up in the meantime
	default:
		o = k.attempt(ctx, start)
		o.took = time.Since(start)
		return o, true
	}
	return o, false
}

// unsent ends a call whose next attempt did not start. If there was one before, its response says more.
func (k *call) unsent(ctx context.Context, o *outcome, last, responded outcome) outcome {
	heldBack := o.class == ErrRateLimited
	if heldBack && o.status == 0 {
		k.observe(ctx, o, 0, 0, false)
	}
	if k.attempts == 0 {
		return *o
	}
	last.cause = o.cause
	if heldBack {
		last.retryAfter = max(last.retryAfter, o.retryAfter)
	}
	return last.onTopOf(responded)
}

// settle sees an attempt in the light of those before it, of this call or inside the Doer. After one that may have been
// carried out, a group that is gone is a deletion that succeeded, and any other failure leaves the outcome unknown. A
// read is only not "not sent" any more.
func (k *call) settle(o *outcome) {
	if !k.mayHaveRun || !notCarriedOut(o.class) {
		return
	}
	if !k.op.change {
		if o.class == ErrNotSent {
			o.class = ErrUnavailable
		}
		return
	}
	if receipt, ok := k.into.(*Receipt); ok && k.op.deletes && o.class == ErrNotFound {
		receipt.Repeated = true
		o.class = ""
		return
	}
	o.class = ErrAmbiguous
}

// next decides whether another attempt is meant to follow, and after which wait.
func (k *call) next(ctx context.Context, o *outcome) (delay time.Duration, again bool) {
	k.cost = 0
	if o.class == "" || ctx.Err() != nil {
		return 0, false
	}
	repeatable := !k.mayHaveRun || k.retry.repeats(k.op)
	if repeatable && k.photo.otherPart(o) {
		k.payload = k.photo.payload()
		k.limit++
		return 0, true
	}
	if k.attempts >= k.limit || o.class != ErrNotSent && !repeatable {
		return 0, false
	}
	var wait, jitter time.Duration
	if o.skewed && !k.corrected {
		k.corrected = true
	} else {
		if !k.retry.allows(k.op, o) {
			return 0, false
		}
		var ok bool
		if wait, jitter, ok = k.retry.delay(k.attempts, o); !ok {
			return 0, false
		}
	}
	if delay, again = k.inTime(wait, jitter); !again {
		return 0, false
	}
	k.cost = costAfter(o.class)
	return delay, k.budget.has(k.cost)
}

// inTime adds jitter to a wait and reports whether the wait ends before the call does.
func (k *call) inTime(wait, jitter time.Duration) (time.Duration, bool) {
	if k.deadline.IsZero() {
		return wait + jitter, true
	}
	left := time.Until(k.deadline)
	return wait + min(jitter, max(left-wait, 0)/2), wait < left
}

// prepare asks everything that has a say before a request may be sent, in this order: the app's pause, the token
// source, the token's pause, the limiter. The outcome has a class when no request may be sent.
func (k *call) prepare(ctx context.Context) outcome {
	if err := ctx.Err(); err != nil {
		return miss("", err)
	}
	if o := k.passPause(ctx, ""); o.class != "" {
		return o
	}
	if o := k.askToken(ctx); o.class != "" {
		return o
	}
	if o := k.passPause(ctx, k.token); o.class != "" {
		return o
	}
	if k.limiter != nil {
		if err := k.passLimiter(ctx); err != nil {
			return miss("the limiter returned an error", err)
		}
		// A pause may have begun while the limiter held the call.
		if o := k.passPause(ctx, k.token); o.class != "" {
			return o
		}
	}
	if err := ctx.Err(); err != nil {
		return miss("", err)
	}
	return outcome{}
}

func (k *call) passLimiter(ctx context.Context) error {
	ctx, cancel := k.withDeadline(ctx)
	defer cancel()
	return k.limiter.Wait(ctx)
}

func (k *call) askToken(ctx context.Context) outcome {
	token, err := k.tokens.Token(ctx)
	if k.token != "" && k.token != token {
		k.earlier = append(k.earlier, k.token)
	}
	k.token = token
	if err != nil {
		return miss("the token source returned an error", err)
	}
	if err := checkSecret("token", token); err != nil {
		if k.attempts > 0 {
			return miss(err.Error(), nil) // an ArgumentError says that no request was sent
		}
		o := miss("", err)
		o.class = ErrInvalidArgument
		return o
	}
	return outcome{}
}

// passPause waits until a pause of the app, or of the token, is over. A call does that once, if its policy allows
// retries and the pause is short enough; otherwise it ends without touching the network.
func (k *call) passPause(ctx context.Context, token string) outcome {
	left := k.pauses.left(token)
	if left <= 0 {
		return outcome{}
	}
	if k.retry.MaxAttempts > 1 && !k.waited && left <= k.retry.MaxDelay {
		if delay, ok := k.inTime(left, pauseJitter(left)); ok {
			k.waited = true
			if err := sleep(ctx, delay); err != nil {
				return miss("the server asked to wait", err)
			}
			if left = k.pauses.left(token); left <= 0 {
				return outcome{}
			}
		}
	}
	return outcome{class: ErrRateLimited, final: true, reason: "held back: the server asked to wait", retryAfter: left}
}

// err describes an outcome to the caller; nil when it was a success.
func (k *call) err(o *outcome) error {
	if o.class == "" {
		return nil
	}
	return o.err(k.op, k.attempts, k.redactor(new(secretsRoom)))
}

// cleanReceipt takes secrets out of an ID that the server chose: receipts are logged.
func (k *call) cleanReceipt(receipt *Receipt) {
	if receipt.RequestID != "" {
		r := k.redactor(new(secretsRoom))
		receipt.RequestID = r.all(receipt.RequestID)
	}
}

// secretsRoom has room for the secrets of a call with one attempt, on the stack of who needs them.
type secretsRoom [5]string

func (k *call) redactor(room *secretsRoom) redactor {
	*room = secretsRoom{k.token, k.auth.token(), k.appSecret, k.proof, k.groupID}
	// The caller's code may quote the token of an earlier attempt.
	return newRedactor(append(room[:], k.earlier...)...)
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
