package client

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

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
