package client_test

import (
	"context"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// attemptsOf makes one call and returns what the observer saw of it.
func attemptsOf(t *testing.T, s *clienttest.Server, op clienttest.Operation, opts ...client.Option) ([]client.Attempt,
	error) {
	t.Helper()
	var seen []client.Attempt
	note := client.WithObserver(func(_ context.Context, a client.Attempt) { seen = append(seen, a) })
	err := op.Call(t.Context(), s.Client(append(opts, note)...), clienttest.GroupID)
	return seen, err
}

// The waits are random up to a bound; in many calls they are spread over all of it.
func TestBoundsOfTheWaits(t *testing.T) {
	ms, s := time.Millisecond, time.Second
	for _, tt := range []struct {
		name   string
		status int
		policy client.RetryPolicy
		bounds []time.Duration
	}{
		{
			"the bound doubles from 50 ms up to 5 s", 503, client.RetryPolicy{MaxAttempts: 9},
			[]time.Duration{50 * ms, 100 * ms, 200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 5 * s},
		},
		{
			"another base and maximum", 503,
			client.RetryPolicy{MaxAttempts: 5, BaseDelay: 3 * s, MaxDelay: 10 * s},
			[]time.Duration{3 * s, 6 * s, 10 * s, 10 * s},
		},
		{
			"a base above the default maximum", 503, client.RetryPolicy{MaxAttempts: 3, BaseDelay: 7 * s},
			[]time.Duration{7 * s, 7 * s},
		},
		{
			"from 1 s after throttling", 429, client.RetryPolicy{MaxAttempts: 5},
			[]time.Duration{1 * s, 2 * s, 4 * s, 5 * s},
		},
		{
			"from a longer base after throttling", 429, client.RetryPolicy{MaxAttempts: 3, BaseDelay: 2 * s},
			[]time.Duration{2 * s, 4 * s},
		},
		{
			"within a short maximum after throttling", 429, client.RetryPolicy{MaxAttempts: 3, MaxDelay: 100 * ms},
			[]time.Duration{100 * ms, 100 * ms},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const calls = 24
				longest := make([]time.Duration, len(tt.bounds))
				shortest := append([]time.Duration(nil), tt.bounds...)
				s := clienttest.Serve(t, clienttest.Respond(tt.status, ""))
				for range calls {
					start := time.Now()
					var waited time.Duration
					seen, _ := attemptsOf(t, s, clienttest.OperationNamed("GetGroup"), client.WithRetryPolicy(tt.policy))
					clienttest.Equal(t, "attempts", len(seen), len(tt.bounds)+1)
					for i, a := range seen[:len(seen)-1] {
						longest[i] = max(longest[i], a.RetryIn)
						shortest[i] = min(shortest[i], a.RetryIn)
						waited += a.RetryIn
					}
					clienttest.Equal(t, "time of the call", time.Since(start), waited)
				}
				for i, bound := range tt.bounds {
					if longest[i] > bound || longest[i] < bound/2 || shortest[i] < 0 || shortest[i] > bound/2 {
						t.Errorf("wait %d: %s to %s, want 0 to %s", i+1, shortest[i], longest[i], bound)
					}
				}
			})
		})
	}
}

func TestLongestDelaysThatTheTypeHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := clienttest.Serve(t, clienttest.Respond(http.StatusServiceUnavailable, ""))
		for _, policy := range []client.RetryPolicy{
			{MaxAttempts: 2, BaseDelay: math.MaxInt64, MaxDelay: math.MaxInt64},
			{MaxAttempts: 100, BaseDelay: time.Hour, MaxDelay: time.Hour}, // doubled beyond 64 bits
		} {
			_, err := attemptsOf(t, s, clienttest.OperationNamed("GetGroup"), client.WithRetryPolicy(policy),
				client.WithTimeout(100*time.Hour))
			clienttest.WantClass(t, err, client.ErrUnavailable)
		}
	})
}

// In a synctest bubble it is midnight of 1 January 2000, a Saturday, for the server too.
func TestRetryAfter(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, tt := range []struct {
		name, value, date string // of the headers; "-" leaves Date out
		want              time.Duration
	}{
		{"seconds", "120", "", 2 * time.Minute},
		{"seconds with space around", "  120\t", "", 2 * time.Minute},
		{"seconds with zeros in front", "007", "", 7 * time.Second},
		{"a fraction", "1.5", "", 1500 * time.Millisecond},
		{"a fraction without a number in front", ".25", "", 250 * time.Millisecond},
		{"a dot at the end", "2.", "", 2 * time.Second},
		{"a tiny fraction", "0.0000000001", "", 0},
		{"zero", "0", "", 0},
		{"a year", "31536000", "", year},
		{"a year and a second", "31536001", "", year},
		{"more seconds than a Duration holds", "9223372037", "", year},
		{"more than 64 bits", strings.Repeat("9", 40), "", year},
		{"more than a float holds", strings.Repeat("9", 400), "", year},
		{"a date, by the server's clock", "Sat, 01 Jan 2000 00:00:30 GMT", "Sat, 01 Jan 2000 00:00:10 GMT", 20 * time.Second},
		{
			"the same although that clock is a year off", "Mon, 01 Jan 2001 00:00:30 GMT", "Mon, 01 Jan 2001 00:00:10 GMT",
			20 * time.Second,
		},
		{"a date without a Date", "Sat, 01 Jan 2000 00:00:30 GMT", "-", 30 * time.Second},
		{"a date with a Date that is nonsense", "Sat, 01 Jan 2000 00:00:30 GMT", "today", 30 * time.Second},
		{"a date in the form of RFC 850", "Saturday, 01-Jan-00 00:00:30 GMT", "", 30 * time.Second},
		{"a date in the form of C", "Sat Jan  1 00:00:30 2000", "", 30 * time.Second},
		{"the first Unix time", "1000000000", "Sun, 09 Sep 2001 01:46:30 GMT", 10 * time.Second},
		{"the same in milliseconds", "1000000000000", "Sun, 09 Sep 2001 01:46:30 GMT", 10 * time.Second},
		{"an ISO 8601 date", "2000-01-01T00:00:30Z", "", 30 * time.Second},
		{"a date in UTC by another name", "Sat, 01 Jan 2000 00:00:30 UTC", "", 30 * time.Second},
		{"a date with a numeric zone", "Sat, 01 Jan 2000 00:00:30 +0000", "", 30 * time.Second},
		{"a date in the past", "Fri, 31 Dec 1999 23:59:59 GMT", "", 0},
		{"this very second", "Sat, 01 Jan 2000 00:00:00 GMT", "", 0},
		{"a date in 9999", "Fri, 31 Dec 9999 23:59:59 GMT", "", year},
		{"nothing", "", "", 0},
		{"a word", "soon", "", 0},
		{"a unit", "10s", "", 0},
		{"a negative number", "-5", "", 0},
		{"a plus", "+5", "", 0},
		{"a power of ten", "1e3", "", 0},
		{"hexadecimal", "0x10", "", 0},
		{"infinity", "Inf", "", 0},
		{"not a number", "NaN", "", 0},
		{"an underscore", "1_000", "", 0},
		{"a dot alone", ".", "", 0},
		{"two dots", "1.2.3", "", 0},
		{"a comma", "1,5", "", 0},
		{"a list", "5, 10", "", 0},
		{"digits of another script", "١٢", "", 0},
		{"a date that does not exist", "Sat, 32 Jan 2000 00:00:30 GMT", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
					switch tt.date {
					case "":
					case "-":
						w.Header()["Date"] = nil
					default:
						w.Header().Set("Date", tt.date)
					}
					clienttest.Respond(http.StatusServiceUnavailable, "", "Retry-After", tt.value)(w, r)
				}).Client(clienttest.NoRetries)
				_, err := c.GetGroup(t.Context(), clienttest.GroupID)
				clienttest.WantClass(t, err, client.ErrUnavailable)
				clienttest.Equal(t, "RetryAfter", clienttest.AsError(t, err).RetryAfter, tt.want)
			})
		})
	}
}
