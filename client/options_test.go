package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

func TestOptionsRefused(t *testing.T) {
	for _, tt := range []struct {
		name, arg string
		option    client.Option
	}{
		{"an empty app secret", "WithAppSecret", client.WithAppSecret("")},
		{"a negative timeout", "WithTimeout", client.WithTimeout(-1)},
		{"a negative timeout of attempts", "WithAttemptTimeout", client.WithAttemptTimeout(-time.Second)},
		{"a bad option that a good one follows", "WithAPIVersion", client.WithAPIVersion("latest")},
	} {
		t.Run(tt.name, func(t *testing.T) { wantNoClient(t, tt.arg, tt.option, client.WithAPIVersion("v24.0")) })
	}
}

func TestNilOptionsMeanTheDefault(t *testing.T) {
	s := serve(t, success)
	// The server's transport comes last: the default one would not find the pipe.
	c, err := client.New(client.StaticToken(testToken), append([]client.Option{
		nil, client.WithHTTPClient(nil), client.WithLimiter(nil), client.WithLogger(nil), client.WithObserver(nil),
	}, s.options()...)...)
	wantClass(t, err, nil)
	for _, op := range operations {
		wantClass(t, op.call(t.Context(), c, testGroup), nil)
	}
}

func TestLastOptionCounts(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		equal(t, "path", r.URL.Path, "/late/v25.0/"+testGroup)
		if !strings.HasSuffix(r.UserAgent(), " late/2") {
			t.Errorf("User-Agent %q", r.UserAgent())
		}
		success(w, r)
	})
	c := s.client(
		client.WithBaseURL(pipeURL+"/early"), client.WithAPIVersion("v24.0"), client.WithUserAgent("early/1"),
		client.WithBaseURL(pipeURL+"/late"), client.WithAPIVersion("v25.0"), client.WithUserAgent("late/2"),
	)
	wantClass(t, outcome(c.GetGroup(t.Context(), testGroup)), nil)
}

func TestOptionsShowNoSecret(t *testing.T) {
	option := client.WithAppSecret(testSecret)
	c, err := client.New(client.StaticToken(testToken), option)
	wantClass(t, err, nil)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t", "%c", "%e", "%U", "%p"} {
		for _, value := range []any{option, []client.Option{option}, c, *c, []client.Client{*c}} {
			wantNoSecret(t, fmt.Sprintf("%s of %T", verb, value), fmt.Sprintf(verb, value))
		}
	}
}

// stall answers nothing before the client gives up. Only when it has read the body does a server notice that.
func stall(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func TestTimeouts(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name     string
		opts     []client.Option
		deadline time.Duration // of the caller's context; 0 for none
		took     time.Duration
		attempts int
	}{
		{"30 seconds an attempt by default", []client.Option{noRetries}, 0, 30 * time.Second, 1},
		{"a shorter attempt", []client.Option{noRetries, client.WithAttemptTimeout(time.Second)}, 0, time.Second, 1},
		{
			"2 minutes a call by default",
			[]client.Option{client.WithAttemptTimeout(0)}, 0, 2 * time.Minute, 1,
		},
		{
			"a shorter call", []client.Option{client.WithTimeout(time.Second)}, 0, time.Second, 1,
		},
		{
			"the caller's deadline in place of the timeout",
			[]client.Option{client.WithTimeout(time.Second), client.WithAttemptTimeout(0)}, time.Hour, time.Hour, 1,
		},
		{
			"no timeout but the caller's deadline",
			[]client.Option{client.WithTimeout(0), client.WithAttemptTimeout(0)}, day, day, 1,
		},
		{
			"no timeout of the call",
			[]client.Option{client.WithTimeout(0), client.WithAttemptTimeout(time.Hour), fastRetries(50)},
			0, 36 * time.Hour, 36, // as many as the budget of retries pays for
		},
		{
			"each attempt has its own",
			[]client.Option{client.WithAttemptTimeout(10 * time.Second), fastRetries(3)}, 0, 30 * time.Second, 3,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := serve(t, stall).client(tt.opts...)
				ctx := t.Context()
				if tt.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				start := time.Now()
				_, err := c.GetGroup(ctx, testGroup)
				equal(t, "time", time.Since(start).Round(time.Millisecond), tt.took)
				wantClass(t, err, client.ErrUnavailable)
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v does not match context.DeadlineExceeded", err)
				}
				equal(t, "attempts", asError(t, err).Attempts, tt.attempts)
			})
		})
	}
}

func TestTimeoutOfTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"id":`))
			_ = http.NewResponseController(w).Flush()
			stall(w, r)
		}).client(noRetries)
		for _, op := range operations {
			start := time.Now()
			err := op.call(t.Context(), c, testGroup)
			equal(t, "time", time.Since(start), 30*time.Second)
			if op.change {
				wantClass(t, err, client.ErrAmbiguous)
			} else {
				wantClass(t, err, client.ErrUnavailable)
			}
			if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "30s") {
				t.Errorf("%s: error %v, want one that names the timeout", op.name, err)
			}
			equal(t, "status", asError(t, err).StatusCode, http.StatusOK)
		}
	})
}

// A limiter writes down that it was asked and does what it is told.
type limiterFunc func(context.Context) error

func (f limiterFunc) Wait(ctx context.Context) error { return f(ctx) }

func TestLimiterIsAskedBeforeEveryAttempt(t *testing.T) {
	var events []string
	note := func(what string) { events = append(events, what) }
	limiter := limiterFunc(func(context.Context) error { note("limiter"); return nil })
	ts := tokenFunc(func(context.Context) (string, error) { note("token"); return testToken, nil })
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		note("request")
		answer(http.StatusServiceUnavailable, "")(w, r)
	})
	_, err := s.clientOf(ts, client.WithLimiter(limiter), fastRetries(2)).GetGroup(t.Context(), testGroup)
	wantClass(t, err, client.ErrUnavailable)
	equal(t, "events", strings.Join(events, " "), "limiter token request limiter token request")
}

func TestLimiterRefuses(t *testing.T) {
	reason := errors.New("would exceed the deadline")
	c := serveNothing(t).client(client.WithLimiter(limiterFunc(func(context.Context) error { return reason })))
	for _, op := range operations {
		err := op.call(t.Context(), c, testGroup)
		wantClass(t, err, client.ErrNotSent)
		if !errors.Is(err, reason) {
			t.Errorf("%s: the limiter's error is not in the chain of %v", op.name, err)
		}
	}
}

func TestLimiterRefusesTheSecondAttempt(t *testing.T) {
	reason := errors.New("would exceed the deadline")
	for _, tt := range []struct {
		name  string
		first http.HandlerFunc
		check func(t *testing.T, err error)
	}{
		{"after an error of the server", answer(http.StatusBadGateway, graphError(1)), func(t *testing.T, err error) {
			wantClass(t, err, client.ErrUnavailable)
			equal(t, "code", asError(t, err).Code, 1)
		}},
		{"after an answer that made no sense", answer(http.StatusOK, "<html>"), func(t *testing.T, err error) {
			wantClass(t, err, client.ErrMalformedResponse)
			if e := asDecodeError(t, err); strings.Contains(e.Reason, reason.Error()) {
				t.Errorf("the reason is not about the answer any more: %s", e.Reason)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			limiter := limiterFunc(func(context.Context) error {
				if asked++; asked > 1 {
					return reason
				}
				return nil
			})
			s := serve(t, tt.first)
			_, err := s.client(client.WithLimiter(limiter), fastRetries(3)).GetGroup(t.Context(), testGroup)
			tt.check(t, err)
			if !errors.Is(err, reason) {
				t.Errorf("the limiter's error is not in the chain of %v", err)
			}
			equal(t, "requests", s.requests(), 1)
		})
	}
}

func TestLimiterWaitsNoLongerThanTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := serveNothing(t).client(client.WithLimiter(limiterFunc(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})))
		start := time.Now()
		_, err := c.GetGroup(t.Context(), testGroup)
		equal(t, "time", time.Since(start), 2*time.Minute)
		wantClass(t, err, client.ErrNotSent)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v does not match context.DeadlineExceeded", err)
		}
	})
}
