package client_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestRetryPolicyRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		policy client.RetryPolicy
	}{
		{"negative attempts", client.RetryPolicy{MaxAttempts: -1}},
		{"101 attempts", client.RetryPolicy{MaxAttempts: 101}},
		{"a negative base", client.RetryPolicy{BaseDelay: -1}},
		{"a negative maximum", client.RetryPolicy{MaxDelay: -1}},
		{"a base above the maximum", client.RetryPolicy{BaseDelay: 2, MaxDelay: 1}},
		{"a maximum below the default base", client.RetryPolicy{MaxDelay: time.Millisecond}},
	} {
		t.Run(tt.name, func(t *testing.T) { clienttest.WantNoClient(t, "WithRetryPolicy", client.WithRetryPolicy(tt.policy)) })
	}
}

// attemptsOf makes one call and returns what the observer saw of it.
func attemptsOf(t *testing.T, s *clienttest.Server, op clienttest.Operation, opts ...client.Option) ([]client.Attempt, error) {
	t.Helper()
	var seen []client.Attempt
	note := client.WithObserver(func(_ context.Context, a client.Attempt) { seen = append(seen, a) })
	err := op.Call(t.Context(), s.Client(append(opts, note)...), clienttest.GroupID)
	return seen, err
}

func TestMaxAttempts(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts []client.Option
		want int
	}{
		{"three by default", nil, 3},
		{"one with the zero policy", []client.Option{client.WithRetryPolicy(client.RetryPolicy{})}, 1},
		{"one with 1", []client.Option{client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 1})}, 1},
		{"two", []client.Option{client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 2})}, 2},
		{"as many as the budget pays for", []client.Option{clienttest.FastRetries(100)}, 36},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := clienttest.Serve(t, clienttest.Respond(http.StatusServiceUnavailable, ""))
				seen, err := attemptsOf(t, s, clienttest.OperationNamed("GetGroup"), tt.opts...)
				clienttest.WantClass(t, err, client.ErrUnavailable)
				clienttest.Equal(t, "requests", s.Requests(), tt.want)
				clienttest.Equal(t, "attempts in the error", clienttest.AsError(t, err).Attempts, tt.want)
				for i, a := range seen {
					clienttest.Equal(t, "number", a.Number, i+1)
					clienttest.Equal(t, "another follows", a.WillRetry, i+1 < tt.want)
				}
			})
		})
	}
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
		defer func() {
			if v := recover(); v != nil {
				t.Errorf("panic: %v", v)
			}
		}()
		s := clienttest.Serve(t, clienttest.Respond(http.StatusServiceUnavailable, ""))
		policy := client.RetryPolicy{MaxAttempts: 2, BaseDelay: math.MaxInt64, MaxDelay: math.MaxInt64}
		_, err := attemptsOf(t, s, clienttest.OperationNamed("GetGroup"), client.WithRetryPolicy(policy))
		clienttest.WantClass(t, err, client.ErrUnavailable)
	})
}

func TestServerHintIsKeptExactly(t *testing.T) {
	for _, tt := range []struct {
		name, hint string
		status     int
		wait       time.Duration
		again      bool
	}{
		{"throttled, two seconds", "2", 429, 2 * time.Second, true},
		{"unavailable, two seconds", "2", 503, 2 * time.Second, true},
		{"unavailable, a quarter of a second", "0.25", 503, 250 * time.Millisecond, true},
		{"exactly the maximum", "5", 503, 5 * time.Second, true},
		{"just above the maximum", "5.001", 503, 0, false},
		{"an hour", "3600", 429, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				s := clienttest.Serve(t, clienttest.InTurn(clienttest.Respond(tt.status, "", "Retry-After", tt.hint), clienttest.Success))
				seen, err := attemptsOf(t, s, clienttest.OperationNamed("GetGroup"))
				clienttest.Equal(t, "time", time.Since(start), tt.wait)
				clienttest.Equal(t, "wait of the first attempt", seen[0].RetryIn, tt.wait)
				clienttest.Equal(t, "another follows", seen[0].WillRetry, tt.again)
				clienttest.Equal(t, "success", err == nil, tt.again)
			})
		})
	}
}

// Which attempt is followed by another: the table of the package comment.
func TestWhatIsRepeated(t *testing.T) {
	all := []string{"GetGroup", "UpdateGroup", "SetGroupPhoto", "DeleteGroup"}
	idempotent := []string{"GetGroup", "DeleteGroup"}
	for _, tt := range []struct {
		name     string
		first    http.HandlerFunc
		repeated []string
		updates  bool // also with RetryUpdates
	}{
		{"throttled", clienttest.Respond(429, clienttest.GraphError(4)), all, true},
		{"trouble of the server", clienttest.Respond(500, clienttest.GraphError(2)), idempotent, true},
		{"a bare 502", clienttest.Respond(502, "<html>"), idempotent, true},
		{"a transient error under 400", clienttest.Respond(400, `{"error":{"code":99,"is_transient":true}}`), idempotent, true},
		{"a lost answer", clienttest.Drop, idempotent, true},
		{"a broken answer", clienttest.Respond(200, "<html>"), idempotent, true},
		{"refused", clienttest.Respond(400, clienttest.GraphError(100)), nil, false},
		{"not found", clienttest.Respond(400, clienttest.GraphError(131041)), nil, false},
		{"unauthorized", clienttest.Respond(401, clienttest.GraphError(190)), nil, false},
		{"forbidden", clienttest.Respond(403, clienttest.GraphError(10)), nil, false},
		{"partly carried out", clienttest.Respond(206, clienttest.GraphError(131201)), nil, false},
		{"a redirect", clienttest.Respond(302, "", "Location", clienttest.PipeURL+"/elsewhere"), nil, false},
		{"a failure that fits no class", clienttest.Respond(200, `{"success":false}`), nil, false},
	} {
		for _, op := range clienttest.Operations {
			for _, updates := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, RetryUpdates %t", tt.name, op.Name, updates), func(t *testing.T) {
					policy := client.RetryPolicy{MaxAttempts: 2, BaseDelay: 1, MaxDelay: 1, RetryUpdates: updates}
					s := clienttest.Serve(t, clienttest.InTurn(tt.first, clienttest.Success))
					err := op.Call(t.Context(), s.Client(client.WithRetryPolicy(policy)), clienttest.GroupID)
					repeated := tt.updates && updates
					for _, name := range tt.repeated {
						repeated = repeated || name == op.Name
					}
					clienttest.Equal(t, "success", err == nil, repeated)
					clienttest.Equal(t, "requests", s.Requests(), map[bool]int{false: 1, true: 2}[repeated])
				})
			}
		}
	}
}
