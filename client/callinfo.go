package client

import (
	"context"
	"net/http"
)

// CallInfo is what is known about a call in addition to its result, also if the call failed. It describes the response
// that the result or the error is about; without a response only Attempts is set. It contains no secret and no group
// ID.
type CallInfo struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Attempts is the number of requests that were sent or tried.
	Attempts int
	// APIVersion is the Graph API version that the server used, such as [DefaultAPIVersion]. It differs from the
	// requested version if that one has expired.
	APIVersion string
	// TraceID identifies the call in a support request to Meta.
	TraceID string
	// RequestID identifies the HTTP request at Graph. It is not the request ID of a webhook; that is in [Receipt].
	RequestID string
	// Usage is how much of the quotas is used.
	Usage Usage
	// Header is the header of the response.
	Header http.Header
}

type callInfoKey struct{}

// WithCallInfo returns a context for one call and a CallInfo, which the call fills before it returns; read it after
// that. Use a new context for each call: another call with the same context overwrites the CallInfo. If ctx already has
// a CallInfo, that one is no longer filled. A call that fails before its first attempt may leave the CallInfo
// unchanged.
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
