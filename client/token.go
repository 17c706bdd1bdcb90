package client

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
)

// A TokenSource gives the access token. It is asked before every attempt, so a token can be replaced while the program
// runs. It must be safe for concurrent use and should answer from memory: it can hold a call up. The context is the
// call's. An error ends the call, with [ErrNotSent] if nothing was sent before, and so does a token that is not
// printable ASCII without spaces and quotes, with [ErrInvalidArgument].
type TokenSource interface {
	Token(ctx context.Context) (string, error)
}

// StaticToken is a [TokenSource] for a token that never changes. It prints as [redacted] in logs, JSON and XML, and
// under every verb of package fmt but %p and %w; only Token returns it. It shows where Go does not ask a value how to
// print itself: under these two verbs, in an unexported field of another type, in gob and, with most releases
// of Go, as a map's key in JSON.
type StaticToken string

const redacted = "[redacted]"

// Token returns the token, and never an error.
func (t StaticToken) Token(context.Context) (string, error) { return string(t), nil }

// Format writes [redacted], whatever the verb.
func (StaticToken) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String returns [redacted].
func (StaticToken) String() string { return redacted }

// MarshalText returns [redacted]; encoding/json uses it too.
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
