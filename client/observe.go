package client

import (
	"context"
	"log/slog"
	"time"
)

// Attempt describes one attempt to an observer; see [WithObserver]. It holds no secret and no group id. Where the
// answer has anything but a short id for TraceID, APIVersion or a text of Usage, that is "invalid" here.
type Attempt struct {
	// Op is the method that was called, such as "GetGroup".
	Op string
	// Method is the HTTP method, such as "GET".
	Method string
	// Number counts the attempts of a call, from 1.
	Number int
	// StatusCode is the HTTP status, 0 without an answer.
	StatusCode int
	// Duration is the time from the start of the attempt to the last byte of the answer that was read. It includes the
	// wait for the limiter and the token source, but not the wait before the attempt.
	Duration time.Duration
	// RetryIn is how long the call will wait before its next attempt; 0 when there is none.
	RetryIn time.Duration
	// WillRetry reports whether there will be a next attempt.
	WillRetry bool
	// APIVersion is the version that served the attempt, as the answer says.
	APIVersion string
	// TraceID names the attempt in a support request to Meta.
	TraceID string
	// Usage says how much of the quotas is used.
	Usage Usage
	// Err is nil when the attempt succeeded, and otherwise says what became of it. A call returns the error of its last
	// attempt, but if that got no answer, it may be the error of an earlier one that did.
	Err error
}

// observe reports an attempt to whoever wants to know.
func (k *call) observe(ctx context.Context, o *outcome, took, delay time.Duration, again bool) {
	if k.logger != nil {
		k.log(ctx, o, took)
	}
	if k.observer == nil {
		return
	}
	k.observer(ctx, Attempt{
		Op: k.op.name, Method: k.op.method, Number: k.attempts, StatusCode: o.status, Duration: took,
		RetryIn: delay, WillRetry: again, APIVersion: k.loggable(o.header.Get(headerAPIVersion)),
		TraceID: k.loggable(o.traceID()), Usage: k.usage(o), Err: k.err(o),
	})
}

// log writes nothing but what is listed here: no URL, no header, no body, no error text.
func (k *call) log(ctx context.Context, o *outcome, took time.Duration) {
	level := slog.LevelInfo
	if o.verdict != accepted {
		level = slog.LevelWarn
	}
	k.logger.LogAttrs(ctx, level, "whatsapp group request",
		slog.String("operation", k.op.name),
		slog.String("method", k.op.method),
		slog.Int("status", o.status),
		slog.Duration("duration", took),
		slog.Int("attempt", k.attempts),
		slog.String("trace_id", k.loggable(o.traceID())))
	if served := o.header.Get(headerAPIVersion); served != "" && served != k.version {
		k.warnOnce.Do(func() {
			k.logger.LogAttrs(ctx, slog.LevelWarn, "Graph serves another API version than the one asked for",
				slog.String("asked", k.version), slog.String("served", k.loggable(served)))
		})
	}
}

func (k *call) loggable(s string) string {
	r := newRedactor(k.token, k.appSecret, k.proof, k.groupID)
	if len(k.earlier) > 0 {
		r = k.redactor()
	}
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
