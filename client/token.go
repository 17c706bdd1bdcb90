package client

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
)

// A TokenSource returns the access token. The client calls Token before every attempt, with the call's context, so a
// program can replace the token at any time. Token must be safe for concurrent use and should return from memory,
// because it can block a call. If it returns an error, the call ends with that error, which also matches [ErrNotSent]
// if the call has sent nothing yet. A token must be printable ASCII without spaces and quotes; any other ends the call
// with [ErrInvalidArgument].
type TokenSource interface {
	Token(ctx context.Context) (string, error)
}

// StaticToken is a [TokenSource] for a token that never changes. In logs, JSON, XML and with every verb of package fmt
// except %p and %w it prints as [redacted]; only Token returns the token. It is visible where Go does not call a
// value's own methods: with these two verbs, in an unexported field of another type, in gob and, with most Go releases,
// as the key of a map in JSON.
type StaticToken string

const redacted = "[redacted]"

// Token returns the token. The error is always nil.
func (t StaticToken) Token(context.Context) (string, error) { return string(t), nil }

// Format writes [redacted], whatever the verb.
func (StaticToken) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String returns [redacted].
func (StaticToken) String() string { return redacted }

// MarshalText returns [redacted]. encoding/json uses it too.
func (StaticToken) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns [redacted].
func (StaticToken) LogValue() slog.Value { return slog.StringValue(redacted) }

// authorization keeps the header's value for the latest token: most tokens live for many requests.
type authorization struct{ latest atomic.Pointer[string] }

const bearer = "Bearer "

// token returns the latest token, "" before the first.
func (a *authorization) token() string {
	if v := a.latest.Load(); v != nil {
		return strings.TrimPrefix(*v, bearer)
	}
	return ""
}

func (a *authorization) header(token string) string {
	if v := a.latest.Load(); v != nil && strings.TrimPrefix(*v, bearer) == token {
		return *v
	}
	v := bearer + token
	a.latest.Store(&v)
	return v
}
