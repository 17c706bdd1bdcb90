package client

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Usage is how much of its quotas an app or a business has used, as the headers X-App-Usage and
// X-Business-Use-Case-Usage of an answer say. Where a header is absent or makes no sense its part is zero.
type Usage struct {
	// App counts the calls of the app within the last hour.
	App Quota
	// Business has an entry for each business and use case, ordered by business id.
	Business []BusinessQuota
	// RegainAccess is the longest time until a throttled business is served again, in whole minutes; 0 when none is
	// throttled.
	RegainAccess time.Duration
}

// Quota is what is used of one quota, in percent. At 100 calls may be throttled.
type Quota struct {
	CallCount    float64 `json:"call_count"`
	TotalTime    float64 `json:"total_time"`
	TotalCPUTime float64 `json:"total_cputime"`
}

// BusinessQuota is the quota of one business for one use case.
type BusinessQuota struct {
	Quota
	// BusinessID is the id under which Graph counts.
	BusinessID string
	// Type is the use case, such as "whatsapp_business_management".
	Type string
	// RegainAccess is the time until this business is served again; 0 when it is not throttled.
	RegainAccess time.Duration
}

func parseUsage(h http.Header) Usage {
	var u Usage
	if value := h.Get("X-App-Usage"); value != "" {
		if json.Unmarshal([]byte(value), &u.App) != nil {
			u.App = Quota{}
		}
	}
	value := h.Get("X-Business-Use-Case-Usage")
	if value == "" {
		return u
	}
	var businesses map[string][]struct {
		Quota
		Type    string  `json:"type"`
		Minutes float64 `json:"estimated_time_to_regain_access"`
	}
	if json.Unmarshal([]byte(value), &businesses) != nil {
		return u
	}
	for id, quotas := range businesses {
		for _, q := range quotas {
			regain := regainAccess(q.Minutes)
			u.Business = append(u.Business, BusinessQuota{
				Quota: q.Quota, BusinessID: id, Type: q.Type, RegainAccess: regain,
			})
			u.RegainAccess = max(u.RegainAccess, regain)
		}
	}
	slices.SortStableFunc(u.Business, func(a, b BusinessQuota) int { return strings.Compare(a.BusinessID, b.BusinessID) })
	return u
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
