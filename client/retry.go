package client

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryPolicy says how often and how soon a failed attempt is retried. The default is
// RetryPolicy{MaxAttempts: 3, BaseDelay: 50 * time.Millisecond, MaxDelay: 5 * time.Second}.
// The zero value makes one attempt and no more.
//
// What is retried depends on what is known of the attempt:
//
//	                             GetGroup,      UpdateGroup,
//	                             DeleteGroup    SetGroupPhoto
//	request not sent             retried        retried
//	throttled                    retried        retried
//	server unavailable (5xx)     retried        only with RetryUpdates
//	response lost or broken      retried        only with RetryUpdates
//	any other failure            not retried    not retried
//
// Not retried either: what was not sent because the certificate does not verify, a proxy refused it (with a status
// below 500, which [NewTransport] reports), or the limiter, the token source or the photo's reader failed; the codes of
// quotas that last hours (131048, 131064, 133016); and a complete JSON response that makes no sense. No attempt starts
// after the deadline of the call. The second request of [Client.SetGroupPhoto] under the other name of its part is not
// a retry.
//
// A client and those made from it share a budget of 500. A retry takes 14 of it when it starts, 5 if it follows
// throttling. A call that succeeds gives back what its last retry took, or 1 if it had none. While there is not enough
// left, no retry starts. So 1,000 calls send at most 1,035 requests during an outage, and 1,100 while they are
// throttled; where idle connections break, net/http itself adds at most one request for each of them.
type RetryPolicy struct {
	// MaxAttempts is the largest number of attempts of one call, the first included; 0 and 1 both mean one, 100 is the
	// most.
	MaxAttempts int
	// BaseDelay bounds the random wait before the second attempt; the bound doubles with each further one. 0 means 50
	// milliseconds. After throttling the first bound is 1 second, or BaseDelay if that is longer. Where the server says
	// how long to wait, the wait is that long and not random.
	BaseDelay time.Duration
	// MaxDelay bounds every wait, also one that the server asks for: when it asks for more, the call ends at once with
	// [Error.RetryAfter] set. After throttling, up to a second of jitter is added to a wait that the server
	// asks for, and never more than the wait itself. 0 means 5 seconds, or BaseDelay if that is longer.
	MaxDelay time.Duration
	// RetryUpdates also retries UpdateGroup and SetGroupPhoto when an attempt may have been carried out. Set it if nothing
	// else changes the same group meanwhile: a retry can overwrite a change made in between.
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
	if shift := n - 1; shift < 32 && base<<shift>>shift == base {
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
