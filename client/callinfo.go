package client

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"
)

// CallInfo is what there is to know about a call beyond its result, also when it failed. It describes the answer that
// the result or the error is about; without one, only Attempts is set. Its texts hold no secret and no group id.
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
	// RequestID names the HTTP request at Graph. It is not the request id of a webhook: that is in [Receipt].
	RequestID string
	// Usage says how much of the quotas is used.
	Usage Usage
	// Header holds all headers of the answer.
	Header http.Header
}

type callInfoKey struct{}

// WithCallInfo returns a context for one call, and the CallInfo that this call fills before it returns. Read it after
// that. A further call with the same context overwrites it, so calls that run at the same time need a context each. A
// call that fails before its first attempt may leave it as it was.
func WithCallInfo(ctx context.Context) (context.Context, *CallInfo) {
	info := new(CallInfo)
	return context.WithValue(ctx, callInfoKey{}, info), info
}

func callInfoFrom(ctx context.Context) *CallInfo {
	info, _ := ctx.Value(callInfoKey{}).(*CallInfo)
	return info
}

// The headers by which Graph describes an answer.
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

// Usage is how much of its quotas an app or a business has used, as the headers X-App-Usage and
// X-Business-Use-Case-Usage of an answer say. Where a header is absent or makes no sense its part is zero. [CallInfo]
// and [Attempt] have it.
type Usage struct {
	// App is the use of the app within the last hour.
	App Quota
	// Business has an entry for each business and use case, ordered by business id.
	Business []BusinessQuota
	// RegainAccess is the longest time until a throttled business is served again; 0 when none is throttled.
	RegainAccess time.Duration
}

// Quota is what is used of one quota, in percent. When one of the three is at 100 calls may be throttled.
type Quota struct {
	// CallCount is what is used of the number of calls.
	CallCount float64 `json:"call_count"`
	// TotalTime is what is used of the time that Graph takes to answer them.
	TotalTime float64 `json:"total_time"`
	// TotalCPUTime is what is used of the processor time that Graph spends on them.
	TotalCPUTime float64 `json:"total_cputime"`
}

// BusinessQuota is what one business has used of its quota for one use case.
type BusinessQuota struct {
	Quota
	// BusinessID is the id of the business, under which Graph counts.
	BusinessID string
	// Type is the use case, such as "whatsapp_business_management".
	Type string
	// RegainAccess is the time until this business is served again, which Graph counts in minutes; 0 when it is not
	// throttled.
	RegainAccess time.Duration
}

// maxUsageBytes has room for a hundred businesses.
const maxUsageBytes = 16 << 10

func parseUsage(h http.Header) Usage {
	var u Usage
	if value := h.Get("X-App-Usage"); value != "" && len(value) <= maxUsageBytes {
		u.App = parseAppUsage(value)
	}
	if value := h.Get("X-Business-Use-Case-Usage"); value != "" && len(value) <= maxUsageBytes {
		u.Business = parseBusinessUsage(value)
	}
	for _, b := range u.Business {
		u.RegainAccess = max(u.RegainAccess, b.RegainAccess)
	}
	return u
}

func parseAppUsage(value string) Quota {
	var q Quota
	if json.Unmarshal([]byte(value), &q) != nil {
		return Quota{}
	}
	return q
}

func parseBusinessUsage(value string) []BusinessQuota {
	var businesses map[string][]struct {
		Quota
		Type    string  `json:"type"`
		Minutes float64 `json:"estimated_time_to_regain_access"`
	}
	if json.Unmarshal([]byte(value), &businesses) != nil {
		return nil
	}
	var all []BusinessQuota
	for _, id := range slices.Sorted(maps.Keys(businesses)) {
		for _, q := range businesses[id] {
			all = append(all, BusinessQuota{
				Quota: q.Quota, BusinessID: id, Type: q.Type, RegainAccess: regainAccess(q.Minutes),
			})
		}
	}
	return all
}

func regainAccess(minutes float64) time.Duration {
	if minutes <= 0 {
		return 0
	}
	if minutes >= maxRetryAfter.Minutes() {
		return maxRetryAfter
	}
	return time.Duration(minutes * float64(time.Minute))
}
