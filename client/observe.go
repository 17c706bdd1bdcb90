package client

import (
	"context"
	"log/slog"
	"time"
)

// Attempt describes one attempt, or a call that was held back by a pause, for [WithObserver]. It contains no secret and
// no group ID. TraceID, APIVersion and the texts of Usage are "invalid" if the response has anything but a short ID
// there.
type Attempt struct {
	// Op is the method that was called, such as "GetGroup".
	Op string
	// Method is the HTTP method, such as "GET".
	Method string
	// Number is the number of the attempt, starting at 1. It is 0 if the call, or a retry, was held back by a pause:
	// nothing was sent, and Err matches [ErrRateLimited].
	Number int
	// StatusCode is the HTTP status, or 0 without a response.
	StatusCode int
	// Duration is the time from the start of the attempt to the last byte that was read of the response. It does not
	// include waiting for a pause, the limiter or the token source.
	Duration time.Duration
	// RetryIn is the planned delay before the next attempt, or 0 if none is planned.
	RetryIn time.Duration
	// WillRetry reports whether another attempt is planned. It may still not start: the context may end, the limiter or
	// the token source may fail, or other calls may use up the retry budget.
	WillRetry bool
	// APIVersion is the Graph API version that the server used, from the response.
	APIVersion string
	// TraceID identifies the attempt in a support request to Meta.
	TraceID string
	// Usage is how much of the quotas is used.
	Usage Usage
	// Err is nil if the attempt succeeded. A call returns the error of its last attempt; if that attempt got no
	// response and an earlier one did, it may return the error of the earlier one.
	Err error
}

// observe reports an attempt, or with number 0 a call that was held back.
func (k *call) observe(ctx context.Context, o *outcome, number int, delay time.Duration, again bool) {
	if k.logger == nil && k.observer == nil {
		return
	}
	traceID := k.loggable(o.traceID())
	if k.logger != nil {
		k.log(ctx, o, number, traceID)
	}
	if k.observer == nil {
		return
	}
	k.observer(ctx, Attempt{
		Op: k.op.name, Method: k.op.method, Number: number, StatusCode: o.status, Duration: o.took,
		RetryIn: delay, WillRetry: again, APIVersion: k.loggable(o.header.Get(headerAPIVersion)),
		TraceID: traceID, Usage: k.usage(o), Err: k.err(o),
	})
}

// log writes nothing but what is listed here: no URL, no header, no body, no error text.
func (k *call) log(ctx context.Context, o *outcome, number int, traceID string) {
	level := slog.LevelInfo
	if o.class != "" {
		level = slog.LevelWarn
	}
	k.logger.LogAttrs(ctx, level, "whatsapp group request",
		slog.String("operation", k.op.name),
		slog.String("method", k.op.method),
		slog.Int("status", o.status),
		slog.String("class", string(o.class)),
		slog.Int("code", o.graph.code),
		slog.Duration("duration", o.took),
		slog.Int("attempt", number),
		slog.String("trace_id", traceID))
	// The handler is the caller's and may call the client: it runs under no lock.
	if served := o.header.Get(headerAPIVersion); served != "" && served != k.version && !k.warned.Swap(true) {
		k.logger.LogAttrs(ctx, slog.LevelWarn, "Graph serves another API version than the one asked for",
			slog.String("asked", k.version), slog.String("served", k.loggable(served)))
	}
}

func (k *call) loggable(s string) string {
	r := k.redactor(new(secretsRoom))
	return r.id(s)
}

// usage is what a server says of quotas, without the texts that it may put there.
func (k *call) usage(o *outcome) Usage {
	u := parseUsage(o.header)
	for i := range u.Business {
		u.Business[i].BusinessID = k.loggable(u.Business[i].BusinessID)
		u.Business[i].Type = k.loggable(u.Business[i].Type)
	}
	return u
}
