package client

import (
	"context"
	"net/http"
)

// CallInfo is what there is to know about a call beyond its result, also when it failed. It describes the response
// that the result or the error is about; without one, only Attempts is set. Its texts hold no secret and no group ID.
type CallInfo struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Attempts counts the requests that were sent or tried.
	Attempts int
	// APIVersion is the version that served the call, such as the one in [DefaultAPIVersion]. It differs from the one
	// asked for when that has expired.
	APIVersion string
	// TraceID names the call in a support request to Meta.
	TraceID string
	// RequestID names the HTTP request at Graph. It is not the request ID of a webhook: that is in [Receipt].
	RequestID string
	// Usage says how much of the quotas is used.
	Usage Usage
	// Header holds all headers of the response.
	Header http.Header
}

type callInfoKey struct{}

// WithCallInfo returns a context for one call, and the CallInfo that this call fills before it returns. Read it after
// that. A further call with the same context overwrites it, so calls that run at the same time need a context each. If
// ctx has a CallInfo already, that one is not filled. A call that fails before its first attempt may leave it as it
// was.
func WithCallInfo(ctx context.Context) (context.Context, *CallInfo) {
	info := new(CallInfo)
	return context.WithValue(ctx, callInfoKey{}, info), info
}

func callInfoFrom(ctx context.Context) *CallInfo {
	info, _ := ctx.Value(callInfoKey{}).(*CallInfo)
	return info
}

// The headers by which Graph describes a response.
const (
	headerAPIVersion = "Facebook-Api-Version"
	headerTraceID    = "X-Fb-Trace-Id"
	headerRequestID  = "X-Fb-Request-Id"
)

func (i *CallInfo) fill(o *outcome, attempts int, r redactor) {
	header := r.header(o.header)
	*i = CallInfo{
		StatusCode: o.status,
		Attempts:   attempts,
		APIVersion: header.Get(headerAPIVersion),
		TraceID:    r.text(o.traceID()),
		RequestID:  header.Get(headerRequestID),
		Usage:      parseUsage(header),
		Header:     header,
	}
}
