package client

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryPolicy says how often and how soon a failed attempt is repeated. The default is
// RetryPolicy{MaxAttempts: 3, BaseDelay: 50 * time.Millisecond, MaxDelay: 5 * time.Second}.
// The zero value makes one attempt and no more.
//
// What is repeated depends on what is known of the attempt:
//
//	                           GetGroup,      UpdateGroup,
//	                           DeleteGroup    SetGroupPhoto
//	request not sent           repeated       repeated
//	throttled                  repeated       repeated
//	trouble at the server      repeated       only with RetryUpdates
//	answer lost or broken      repeated       only with RetryUpdates
//	any other failure          not repeated   not repeated
//
// What was not sent because the certificate does not verify, or because the limiter, the token source or the photo's
// reader failed, is not tried again. No attempt starts after the deadline of the call.
//
// All calls of a client share a budget of 500: a retry takes 14 of it, 5 after throttling, a success gives back; when
// it is used up there are no retries. So 1,000 calls send at most 1,035 requests during an outage, and 1,100 while they
// are throttled.
type RetryPolicy struct {
	// MaxAttempts is the largest number of attempts of one call, the first included; 0 and 1 both mean one, 100 is the
	// most.
	MaxAttempts int
	// BaseDelay bounds the random wait before the second attempt; the bound doubles with each further one. 0 means 50
	// milliseconds. After throttling the first bound is 1 second, or BaseDelay if that is longer. Where the server says
	// how long to wait, the wait is that long and not random.
	BaseDelay time.Duration
	// MaxDelay bounds every wait, also one that the server asks for: when it asks for more, the call ends at once with
	// [Error.RetryAfter] set. 0 means 5 seconds, or BaseDelay if that is longer.
	MaxDelay time.Duration
	// RetryUpdates also repeats UpdateGroup and SetGroupPhoto when an attempt may have been carried out. Set it if nobody
	// else changes the same group meanwhile: a repeated update can overwrite a change made in between.
	RetryUpdates bool
}

const (
	throttleBaseDelay = time.Second
	maxMaxAttempts    = 100
)

var defaultRetryPolicy = RetryPolicy{MaxAttempts: 3, BaseDelay: 50 * time.Millisecond, MaxDelay: 5 * time.Second}

func (p RetryPolicy) withDefaults() (RetryPolicy, error) {
	const arg = "WithRetryPolicy"
	if p.MaxAttempts < 0 || p.MaxAttempts > maxMaxAttempts {
		return p, argumentError(arg, "MaxAttempts must be 0 to %d, is %d", maxMaxAttempts, p.MaxAttempts)
	}
	if p.BaseDelay < 0 || p.MaxDelay < 0 {
		return p, argumentError(arg, "delays must not be negative")
	}
	if p.BaseDelay == 0 {
		p.BaseDelay = defaultRetryPolicy.BaseDelay
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = max(defaultRetryPolicy.MaxDelay, p.BaseDelay)
	}
	if p.BaseDelay > p.MaxDelay {
		return p, argumentError(arg, "BaseDelay must not exceed MaxDelay")
	}
	return p, nil
}

// allows reports whether an attempt of op that came to o may be followed by another.
func (p RetryPolicy) allows(op *operation, o *outcome) bool {
	switch o.verdict {
	case notSent:
		return !o.permanent
	case throttled:
		return true
	case transient, lost:
		return op.repeatable || p.RetryUpdates
	}
	return false
}

// delay returns how long to wait after attempt number n, 1 for the first, and whether that is within the bounds.
func (p RetryPolicy) delay(n int, o *outcome) (d time.Duration, ok bool) {
	if o.retryAfter > 0 {
		return o.retryAfter, o.retryAfter <= p.MaxDelay
	}
	base := p.BaseDelay
	if o.verdict == throttled {
		base = max(base, throttleBaseDelay)
	}
	bound := p.MaxDelay
	if shift := n - 1; shift < 32 && base<<shift>>shift == base {
		bound = min(bound, base<<shift)
	}
	// Full jitter: callers that failed together do not come back together.
	return rand.N(bound), true
}

// maxRetryAfter caps what a server can ask for, so that no arithmetic with it overflows.
const maxRetryAfter = 365 * 24 * time.Hour

// parseRetryAfter reads a Retry-After header: seconds, with a fraction if need be, or an HTTP date, counted from the
// server's own Date if there is one. Anything else, and any time in the past, is 0: no hint.
func parseRetryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if isNumber(strings.Replace(value, ".", "", 1)) {
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil || seconds >= maxRetryAfter.Seconds() {
			return maxRetryAfter // out of range
		}
		return time.Duration(seconds * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}
