package client_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

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
