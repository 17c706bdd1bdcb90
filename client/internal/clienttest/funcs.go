package clienttest

import (
	"context"
	"net/http"

	"github.com/wagroups/wagroups-go/client"
)

// NoRetries makes one attempt of each call.
var NoRetries = client.WithRetryPolicy(client.RetryPolicy{})

// FastRetries makes up to n attempts with waits of a nanosecond.
func FastRetries(n int) client.Option {
	return client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: n, BaseDelay: 1, MaxDelay: 1})
}

// DoerFunc is a client.Doer.
type DoerFunc func(*http.Request) (*http.Response, error)

// Do calls f.
func (f DoerFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

// LimiterFunc is a client.Limiter.
type LimiterFunc func(context.Context) error

// Wait calls f.
func (f LimiterFunc) Wait(ctx context.Context) error { return f(ctx) }

// TokenFunc is a client.TokenSource.
type TokenFunc func(context.Context) (string, error)

// Token calls f.
func (f TokenFunc) Token(ctx context.Context) (string, error) { return f(ctx) }
