package client

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"
)

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
