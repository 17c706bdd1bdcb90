package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestOptionsRefused(t *testing.T) {
	for _, tt := range []struct {
		name, arg string
		option    client.Option
	}{
		{"an empty app secret", "WithAppSecret", client.WithAppSecret("")},
		{"a negative pause", "WithMaxPause", client.WithMaxPause(-1)},
		{"a nil *http.Client", "WithHTTPClient", client.WithHTTPClient((*http.Client)(nil))},
		{"a nil func as Doer", "WithHTTPClient", client.WithHTTPClient(clienttest.DoerFunc(nil))},
		{"a nil *http.Transport in an http.Client", "WithHTTPClient",
			client.WithHTTPClient(&http.Client{Transport: (*http.Transport)(nil)})},
		{"a nil *rate.Limiter", "WithLimiter", client.WithLimiter((*rate.Limiter)(nil))},
		{"a nil func as Limiter", "WithLimiter", client.WithLimiter(clienttest.LimiterFunc(nil))},
		{"a negative timeout", "WithTimeout", client.WithTimeout(-1)},
		{"a negative timeout of attempts", "WithAttemptTimeout", client.WithAttemptTimeout(-time.Second)},
		{"negative attempts", "WithRetryPolicy", client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: -1})},
		{"101 attempts", "WithRetryPolicy", client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 101})},
		{"a negative base", "WithRetryPolicy", client.WithRetryPolicy(client.RetryPolicy{BaseDelay: -1})},
		{"a negative maximum", "WithRetryPolicy", client.WithRetryPolicy(client.RetryPolicy{MaxDelay: -1})},
		{"a base above the maximum", "WithRetryPolicy",
			client.WithRetryPolicy(client.RetryPolicy{BaseDelay: 2, MaxDelay: 1})},
		{"a maximum below the default base", "WithRetryPolicy",
			client.WithRetryPolicy(client.RetryPolicy{MaxDelay: time.Millisecond})},
		{"a bad option that a good one follows", "WithAPIVersion", client.WithAPIVersion("latest")},
	} {
		t.Run(tt.name, func(t *testing.T) { clienttest.WantNoClient(t, tt.arg, tt.option, client.WithAPIVersion("v24.0")) })
	}
}

func TestNilOptionsMeanTheDefault(t *testing.T) {
	s := clienttest.Serve(t, clienttest.Success)
	// The server's transport comes last: the default one would not find the pipe.
	c, err := client.New(client.StaticToken(clienttest.Token), append([]client.Option{
		nil, client.WithHTTPClient(nil), client.WithLimiter(nil), client.WithLogger(nil), client.WithObserver(nil),
	}, s.Options()...)...)
	clienttest.WantClass(t, err, nil)
	for _, op := range clienttest.Operations {
		clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
	}
}

func TestLastOptionCounts(t *testing.T) {
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		clienttest.Equal(t, "path", r.URL.Path, "/late/v25.0/"+clienttest.GroupID)
		if !strings.HasSuffix(r.UserAgent(), " late/2") {
			t.Errorf("User-Agent %q", r.UserAgent())
		}
		clienttest.Success(w, r)
	})
	c := s.Client(
		client.WithBaseURL(clienttest.PipeURL+"/early"), client.WithAPIVersion("v24.0"), client.WithUserAgent("early/1"),
		client.WithBaseURL(clienttest.PipeURL+"/late"), client.WithAPIVersion("v25.0"), client.WithUserAgent("late/2"),
	)
	clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)), nil)
}

func TestOptionsShowNoSecret(t *testing.T) {
	option := client.WithAppSecret(clienttest.AppSecret)
	c, err := client.New(client.StaticToken(clienttest.Token), option)
	clienttest.WantClass(t, err, nil)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t", "%c", "%e", "%U", "%p"} {
		for _, value := range []any{
			option, []client.Option{option}, struct{ o client.Option }{option}, c, *c, &c, []client.Client{*c},
			struct{ C client.Client }{*c}, struct{ c client.Client }{*c}, struct{ c *client.Client }{c},
			struct{ c []client.Client }{[]client.Client{*c}},
			struct{ c map[client.StaticToken]any }{map[client.StaticToken]any{"x": *c}},
		} {
			clienttest.WantNoSecret(t, fmt.Sprintf("%s of %T", verb, value), fmt.Sprintf(verb, value))
		}
	}
}

func TestTimeouts(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name     string
		opts     []client.Option
		deadline time.Duration // of the caller's context; 0 for none
		took     time.Duration
		attempts int
		own      time.Duration // the http.Client's Timeout
	}{
		{"30 seconds an attempt by default", []client.Option{clienttest.NoRetries}, 0, 30 * time.Second, 1, 0},
		{"a shorter attempt", []client.Option{clienttest.NoRetries, client.WithAttemptTimeout(time.Second)}, 0, time.Second,
			1, 0},
		{"a shorter Timeout of the http.Client", []client.Option{clienttest.NoRetries}, 0, time.Second, 1, time.Second},
		{"a longer one", []client.Option{clienttest.NoRetries}, 0, 30 * time.Second, 1, time.Hour},
		{"one beside no limit of attempts", []client.Option{clienttest.NoRetries, client.WithAttemptTimeout(0)}, 0,
			time.Second, 1, time.Second},
		{
			"2 minutes a call by default",
			[]client.Option{client.WithAttemptTimeout(0)}, 0, 2 * time.Minute, 1, 0,
		},
		{
			"a shorter call", []client.Option{client.WithTimeout(time.Second)}, 0, time.Second, 1, 0,
		},
		{
			"the caller's deadline in place of the timeout",
			[]client.Option{client.WithTimeout(time.Second), client.WithAttemptTimeout(0)}, time.Hour, time.Hour, 1, 0,
		},
		{
			"no timeout but the caller's deadline",
			[]client.Option{client.WithTimeout(0), client.WithAttemptTimeout(0)}, day, day, 1, 0,
		},
		{
			"no timeout of the call",
			[]client.Option{client.WithTimeout(0), client.WithAttemptTimeout(time.Hour), clienttest.FastRetries(50)},
			0, 36 * time.Hour, 36, 0, // as many as the budget of retries pays for
		},
		{
			"each attempt has its own",
			[]client.Option{client.WithAttemptTimeout(10 * time.Second), clienttest.FastRetries(3)}, 0, 30 * time.Second, 3, 0,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := clienttest.Serve(t, clienttest.Stall)
				own := client.WithHTTPClient(&http.Client{Transport: s.Transport, Timeout: tt.own})
				c := s.Client(append(tt.opts, own)...)
				ctx := t.Context()
				if tt.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				start := time.Now()
				_, err := c.GetGroup(ctx, clienttest.GroupID)
				clienttest.Equal(t, "time", time.Since(start).Round(time.Millisecond), tt.took)
				clienttest.WantClass(t, err, client.ErrUnavailable)
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v does not match context.DeadlineExceeded", err)
				}
				clienttest.Equal(t, "attempts", clienttest.AsError(t, err).Attempts, tt.attempts)
			})
		})
	}
}

func TestLimiterIsAskedBeforeEveryAttempt(t *testing.T) {
	var events []string
	note := func(what string) { events = append(events, what) }
	limiter := clienttest.LimiterFunc(func(context.Context) error { note("limiter"); return nil })
	ts := clienttest.TokenFunc(func(context.Context) (string, error) { note("token"); return clienttest.Token, nil })
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		note("request")
		clienttest.Respond(http.StatusServiceUnavailable, "")(w, r)
	})
	_, err := s.ClientOf(ts, client.WithLimiter(limiter), clienttest.FastRetries(2)).
		GetGroup(t.Context(), clienttest.GroupID)
	clienttest.WantClass(t, err, client.ErrUnavailable)
	clienttest.Equal(t, "events", strings.Join(events, " "), "token limiter request token limiter request")
}

func TestLimiterRefusesTheSecondAttempt(t *testing.T) {
	reason := errors.New("would exceed the deadline")
	for _, tt := range []struct {
		name    string
		first   http.HandlerFunc
		class   error
		message string // about the response
	}{
		{"after an error of the server", clienttest.Respond(http.StatusBadGateway, clienttest.GraphError(1)),
			client.ErrUnavailable, "(#1) Something"},
		{"after a response that made no sense", clienttest.Respond(http.StatusOK, "<html>"),
			client.ErrMalformedResponse, "the response is not valid JSON"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			limiter := clienttest.LimiterFunc(func(context.Context) error {
				if asked++; asked > 1 {
					return reason
				}
				return nil
			})
			s := clienttest.Serve(t, tt.first)
			_, err := s.Client(client.WithLimiter(limiter), clienttest.FastRetries(3)).GetGroup(t.Context(), clienttest.GroupID)
			clienttest.WantClass(t, err, tt.class)
			clienttest.Equal(t, "message", clienttest.AsError(t, err).Message, tt.message)
			if !errors.Is(err, reason) {
				t.Errorf("the limiter's error is not in the chain of %v", err)
			}
			clienttest.Equal(t, "requests", s.Requests(), 1)
		})
	}
}
