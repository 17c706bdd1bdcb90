package client

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryPolicy says how often and how soon a failed attempt is retried. The default is RetryPolicy{MaxAttempts: 3,
// BaseDelay: 50 * time.Millisecond, MaxDelay: 5 * time.Second}. The zero value means a single attempt.
//
// What is retried depends on how the attempt ended:
//
//	                             GetGroup,      UpdateGroup,
//	                             DeleteGroup    SetGroupPhoto
//	request not sent             retried        retried
//	throttled                    retried        retried
//	server unavailable (5xx)     retried        only with RetryUpdates
//	response lost or broken      retried        only with RetryUpdates
//	any other failure            not retried    not retried
//
// There are exceptions. These are never retried: a certificate that cannot be verified; a proxy that refuses to connect
// (with a status below 500, which [NewTransport] reports); an error of the limiter, the token source or the photo's
// reader; the codes that last hours (131048, 131064 and 133016); and a complete JSON response that cannot be decoded.
// No attempt starts after the deadline of the call. The second request of [Client.SetGroupPhoto], with the other name
// of the photo's part, is not a retry.
//
// Retries are also limited by a budget of 500, which clients made with [Client.WithTokenSource] share. A retry takes 14
// from the budget, or 5 after throttling. A successful call gives back what its last retry took, or 1 if there was no
// retry. A retry does not start if the budget is too low. So 1,000 calls send at most 1,035 requests during an outage,
// and at most 1,100 while they are throttled. In addition, net/http may itself send a request again for each idle
// connection that turns out to be closed.
type RetryPolicy struct {
	// MaxAttempts is the maximum number of attempts of one call, including the first. 0 and 1 both mean one; the
	// largest value is 100.
	MaxAttempts int
	// BaseDelay is the upper limit of the random delay before the second attempt. The limit doubles with each further
	// attempt. 0 means 50 milliseconds. After throttling the limit starts at 1 second, or at BaseDelay if that is
	// longer. If the server says how long to wait, the delay is exactly that.
	BaseDelay time.Duration
	// MaxDelay is the upper limit of every delay. If the server asks for a longer one, the call ends at once and
	// [Error.RetryAfter] is set. After throttling, a random time of up to a second is added to the delay that the
	// server asks for, but never more than that delay. 0 means 5 seconds, or BaseDelay if that is longer.
	MaxDelay time.Duration
	// RetryUpdates also retries UpdateGroup and SetGroupPhoto when an attempt may have been carried out. Set it only if
	// nothing else changes the same groups meanwhile, because a retry can overwrite such a change.
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

// repeats reports whether op may be sent again after it may have been carried out.
func (p RetryPolicy) repeats(op *operation) bool { return op.repeatable || p.RetryUpdates }

// allows reports whether an attempt of op that came to o may be followed by another.
func (p RetryPolicy) allows(op *operation, o *outcome) bool {
	switch {
	case o.final:
		return false
	case o.class == ErrNotSent, o.class == ErrRateLimited:
		return true
	case o.class == ErrUnavailable, o.class == ErrAmbiguous, o.class == ErrMalformedResponse:
		return p.repeats(op)
	}
	return false
}

// delay returns how long to wait after attempt number n, 1 for the first, what to add to it so that callers do not come
// back together, and whether that is within the bounds.
func (p RetryPolicy) delay(n int, o *outcome) (wait, jitter time.Duration, ok bool) {
	if o.retryAfter > 0 {
		if o.class == ErrRateLimited {
			jitter = pauseJitter(o.retryAfter)
		}
		return o.retryAfter, jitter, o.retryAfter <= p.MaxDelay
	}
	base := p.BaseDelay
	if o.class == ErrRateLimited {
		base = max(base, throttleBaseDelay)
	}
	bound := p.MaxDelay
	if shift := n - 1; base<<shift>>shift == base {
		bound = min(bound, base<<shift)
	}
	// Full jitter: callers that failed together do not come back together.
	return rand.N(bound), 0, true
}

// pauseJitter spreads the callers that a pause has gathered.
func pauseJitter(pause time.Duration) time.Duration { return rand.N(min(pause, time.Second)) }

// maxRetryAfter caps what a server can ask for, so that no arithmetic with it overflows.
const maxRetryAfter = 365 * 24 * time.Hour

// firstUnixTime: no server asks for a pause of 30 years, but some send the time at which it ends.
const firstUnixTime = 1e9

// parseRetryAfter reads a Retry-After header, the longest where there are several: seconds, with a fraction if need be,
// a time in Unix seconds or milliseconds, or a date; times count from the server's own Date if there is one. Anything
// else, and any time in the past, is 0: no hint.
func parseRetryAfter(h http.Header) (longest time.Duration) {
	const few = 4 // a server could fill the header with thousands, and each costs memory
	values := h.Values("Retry-After")
	for _, value := range values[:min(len(values), few)] {
		longest = max(longest, parseHint(strings.TrimSpace(value), h))
	}
	return longest
}

func parseHint(value string, h http.Header) time.Duration {
	var at time.Time
	if isNumber(strings.Replace(value, ".", "", 1)) {
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return maxRetryAfter // out of range
		}
		if seconds < firstUnixTime {
			return time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second))
		}
		if seconds >= 1000*firstUnixTime {
			seconds /= 1000
		}
		at = time.Unix(int64(min(seconds, maxUnixSeconds)), 0)
	} else if at = parseDate(value); at.IsZero() {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}

// parseDate reads HTTP's dates, and those of gateways that name the zone otherwise or send ISO 8601.
func parseDate(value string) time.Time {
	if at, err := http.ParseTime(value); err == nil {
		return at
	}
	for _, layout := range []string{time.RFC1123, time.RFC1123Z, time.RFC3339} {
		if at, err := time.Parse(layout, value); err == nil {
			return at
		}
	}
	return time.Time{}
}
