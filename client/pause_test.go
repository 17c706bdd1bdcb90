package client_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// wantHeldBack holds every operation to failing at once, without a request.
func wantHeldBack(t *testing.T, s *clienttest.Server, c *client.Client, left time.Duration) {
	t.Helper()
	before, start := s.Requests(), time.Now()
	for _, op := range clienttest.Operations {
		err := op.Call(t.Context(), c, clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrRateLimited)
		e := clienttest.AsError(t, err)
		clienttest.Equal(t, "Op", e.Op, op.Name)
		clienttest.Equal(t, "Attempts", e.Attempts, 0)
		clienttest.Equal(t, "StatusCode", e.StatusCode, 0)
		clienttest.Equal(t, "RetryAfter", e.RetryAfter, left)
	}
	clienttest.Equal(t, "requests", s.Requests()-before, 0)
	clienttest.Equal(t, "time", time.Since(start), 0)
}

// wait lets the virtual time pass.
func wait(d time.Duration) { <-time.After(d) }

func TestPauses(t *testing.T) {
	const year = 365 * 24 * time.Hour
	usage := func(entries ...string) []string {
		var headers []string
		for _, entry := range entries {
			headers = append(headers, "X-Business-Use-Case-Usage", entry)
		}
		return headers
	}
	const two = `{"100":[{"type":"whatsapp_business_management","estimated_time_to_regain_access":2}]}`
	const ads = `{"200":[{"type":"ads_management","estimated_time_to_regain_access":2000}]}`
	for _, tt := range []struct {
		name    string
		code    int // 0: no body
		headers []string
		opts    []client.Option
		hint    time.Duration // what the error says
		pause   time.Duration // how long calls are held back
	}{
		{"Retry-After in seconds", 131208, []string{"Retry-After", "60"}, nil, time.Minute, time.Minute},
		{
			"Retry-After as a date", 17, []string{"Retry-After", "Sat, 01 Jan 2000 00:01:00 GMT"}, nil,
			time.Minute, time.Minute,
		},
		{"Retry-After as a Unix time", 17, []string{"Retry-After", "1795651200", "Date", "Wed, 25 Nov 2026 23:58:00 GMT"},
			nil, 2 * time.Minute, 2 * time.Minute},
		{"Retry-After twice", 17, []string{"Retry-After", "soon", "Retry-After", "60"}, nil, time.Minute, time.Minute},
		{"minutes to regain access", 80008, usage(two), nil, 2 * time.Minute, 2 * time.Minute},
		{"minutes in the second field", 80008, usage(ads, two), nil, 2 * time.Minute, 2 * time.Minute},
		{"minutes beside entries that make no sense", 80008, usage(`{"1":[7,{"type":[]}`, `{"2":7}`, two), nil, 2 * time.Minute,
			2 * time.Minute},
		{"the minutes are longer", 4, append(usage(two), "Retry-After", "90"), nil, 2 * time.Minute, 2 * time.Minute},
		{"the minutes are shorter", 4, append(usage(two), "Retry-After", "180"), nil, 3 * time.Minute, 3 * time.Minute},
		{"a status alone", 0, []string{"Retry-After", "60"}, nil, time.Minute, time.Minute},
		{"a century of seconds", 4, []string{"Retry-After", "3153600000"}, nil, year, time.Hour},
		{"less than a Unix time", 4, []string{"Retry-After", "999999999"}, nil, year, time.Hour},
		{"a date in 2199", 4, []string{"Retry-After", "Wed, 21 Oct 2199 07:28:00 GMT"}, nil, year, time.Hour},
		{"a server whose clock stands at 1970", 4,
			[]string{"Retry-After", "Sat, 01 Jan 2000 00:01:00 GMT", "Date", "Thu, 01 Jan 1970 00:00:00 GMT"},
			nil, year, time.Hour},
		{"a shorter maximum", 4, []string{"Retry-After", "3600"}, []client.Option{client.WithMaxPause(time.Minute)},
			time.Hour, time.Minute},
		{"a longer maximum", 4, []string{"Retry-After", "7200"}, []client.Option{client.WithMaxPause(24 * time.Hour)},
			2 * time.Hour, 2 * time.Hour},
		{"a code that lasts hours", 131048, nil, nil, 15 * time.Minute, 15 * time.Minute},
		{"another", 131064, nil, nil, 15 * time.Minute, 15 * time.Minute},
		{"the third", 133016, nil, nil, 15 * time.Minute, 15 * time.Minute},
		{"a code that lasts hours, with a hint", 133016, []string{"Retry-After", "60"}, nil, time.Minute, time.Minute},
		{"a code that lasts hours, with a short maximum", 131048, nil, []client.Option{client.WithMaxPause(time.Minute)},
			15 * time.Minute, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := clienttest.Serve(t, clienttest.InTurn(throttle(tt.code, tt.headers...), clienttest.Success))
				c := s.Client(tt.opts...)
				_, err := c.GetGroup(t.Context(), clienttest.GroupID)
				clienttest.WantClass(t, err, client.ErrRateLimited)
				e := clienttest.AsError(t, err)
				clienttest.Equal(t, "hint", e.RetryAfter, tt.hint)
				clienttest.Equal(t, "attempts", e.Attempts, 1)

				wantHeldBack(t, s, c, tt.pause)
				wait(tt.pause - 5*time.Second - 1)
				wantHeldBack(t, s, c, 5*time.Second+1) // longer than MaxDelay
				// Another client is not held back.
				clienttest.WantClass(t, clienttest.Outcome(s.Client().GetGroup(t.Context(), clienttest.GroupID)), nil)
				wait(5*time.Second + 1)
				start := time.Now()
				for _, op := range clienttest.Operations {
					clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
				}
				clienttest.Equal(t, "time", time.Since(start), 0)
			})
		})
	}
}

// throttle responds with a code, or with a status alone for 0. Unlike those of Respond the headers add up.
func throttle(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		w.WriteHeader(http.StatusTooManyRequests)
		if code != 0 {
			_, _ = io.WriteString(w, clienttest.GraphError(code))
		}
	}
}

func TestNoPause(t *testing.T) {
	const whatsapp = `{"1":[{"type":"whatsapp_business_management","estimated_time_to_regain_access":60}]}`
	const ads = `{"1":[{"type":"ads_management","estimated_time_to_regain_access":2000}],` +
		`"2":[{"type":"whatsapp_business_management","estimated_time_to_regain_access":0}]}`
	for _, tt := range []struct {
		name  string
		first http.HandlerFunc
		opts  []client.Option
	}{
		{"no hint", throttle(4), nil},
		{"a hint of the past", throttle(4, "Retry-After", "0"), nil},
		{"a hint that is nonsense", throttle(4, "Retry-After", "soon"), nil},
		{"minutes for advertisements", throttle(4, "X-Business-Use-Case-Usage", ads), nil},
		{"minutes of no use case", throttle(4, "X-Business-Use-Case-Usage", `{"1":[{"estimated_time_to_regain_access":60}]}`), nil},
		{"pauses switched off", throttle(131048, "Retry-After", "60"), []client.Option{client.WithMaxPause(0)}},
		{"trouble with a hint", clienttest.Respond(503, "", "Retry-After", "60"), nil},
		{"another refusal with a hint",
			clienttest.Respond(403, clienttest.GraphError(10), "Retry-After", "60", "X-Business-Use-Case-Usage", whatsapp), nil},
		{"a success with a quota that is used up", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Business-Use-Case-Usage", whatsapp)
			clienttest.Success(w, r)
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := clienttest.Serve(t, clienttest.InTurn(tt.first, clienttest.Success))
			c := s.Client(append(tt.opts, clienttest.NoRetries)...)
			_, _ = c.GetGroup(t.Context(), clienttest.GroupID)
			_, err := c.GetGroup(t.Context(), clienttest.GroupID)
			clienttest.WantClass(t, err, nil)
		})
	}
}

func TestLaterHintCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hints := make(chan string, 2)
		arrived := make(chan struct{}, 2)
		s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			arrived <- struct{}{}
			clienttest.Respond(429, "", "Retry-After", <-hints)(w, r)
		})
		c := s.Client(clienttest.NoRetries)
		done := make(chan error, 2)
		for range 2 { // both are under way before one gets a response
			go func() { done <- clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)) }()
			<-arrived
		}
		hints <- "60"
		clienttest.WantClass(t, <-done, client.ErrRateLimited)
		hints <- "30"
		clienttest.WantClass(t, <-done, client.ErrRateLimited)
		wantHeldBack(t, s, c, time.Minute)
	})
}

// A call that waits for its own retry is ended when another one learns of a longer pause.
func TestHeldBackBetweenAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := clienttest.Serve(t, clienttest.InTurn(
			clienttest.Respond(503, clienttest.GraphError(2), "Retry-After", "3"),
			clienttest.Respond(429, clienttest.GraphError(4), "Retry-After", "60"), clienttest.Success,
		))
		c := s.Client()
		done := make(chan error, 1)
		go func() { done <- clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)) }()
		wait(time.Second)
		clienttest.WantClass(t, clienttest.OperationNamed("DeleteGroup").Call(t.Context(), c, clienttest.GroupID),
			client.ErrRateLimited)
		err := <-done
		var e *client.Error
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		clienttest.WantClass(t, err, client.ErrUnavailable)
		clienttest.Equal(t, "code of the response that there was", e.Code, 2)
		clienttest.Equal(t, "attempts", e.Attempts, 1)
		clienttest.Equal(t, "hint", e.RetryAfter, 58*time.Second)
		clienttest.Equal(t, "requests", s.Requests(), 2)
	})
}
