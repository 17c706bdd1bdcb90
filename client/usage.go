package client

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Usage is how much of their quotas an app and a business have used, from the headers X-App-Usage and
// X-Business-Use-Case-Usage of a response. Values that are missing or make no sense are left out. See [CallInfo] and
// [Attempt].
type Usage struct {
	// App is the usage of the app within the last hour.
	App Quota
	// Business has one entry for each business and use case, ordered by business ID.
	Business []BusinessQuota
	// RegainAccess is the longest time until a throttled business may use WhatsApp again, or 0 if none is throttled.
	// Entries of other use cases, such as "ads_management", do not count.
	RegainAccess time.Duration
}

// Quota is how much of one quota is used, in percent. If one of the three values is 100, calls may be throttled.
type Quota struct {
	// CallCount is the used part of the number of calls.
	CallCount float64 `json:"call_count"`
	// TotalTime is the used part of the time that Graph takes for its responses.
	TotalTime float64 `json:"total_time"`
	// TotalCPUTime is the used part of Graph's processor time.
	TotalCPUTime float64 `json:"total_cputime"`
}

// BusinessQuota is how much of its quota one business has used for one use case.
type BusinessQuota struct {
	Quota
	// BusinessID is the ID of the business that Graph counts for.
	BusinessID string
	// Type is the use case, such as "whatsapp_business_management".
	Type string
	// RegainAccess is the time until this business may call again, or 0 if it is not throttled. Graph sends it in
	// minutes.
	RegainAccess time.Duration
}

// These have room for fifty businesses; what all fields of a header hold beyond them is left out.
const (
	maxUsageBytes = 8 << 10
	maxQuotas     = 256
)

func parseUsage(h http.Header) Usage {
	var u Usage
	for _, value := range usageValues(h, "X-App-Usage") {
		var in quotaResponse
		if json.Unmarshal([]byte(value), &in) != nil {
			continue
		}
		if q, ok := in.quota(); ok {
			u.App.CallCount = max(u.App.CallCount, q.CallCount)
			u.App.TotalTime = max(u.App.TotalTime, q.TotalTime)
			u.App.TotalCPUTime = max(u.App.TotalCPUTime, q.TotalCPUTime)
		}
	}
	u.Business = parseBusinesses(usageValues(h, "X-Business-Use-Case-Usage"))
	for _, b := range u.Business {
		if strings.HasPrefix(b.Type, "whatsapp") {
			u.RegainAccess = max(u.RegainAccess, b.RegainAccess)
		}
	}
	return u
}

// usageValues returns the fields of a header up to the bound.
func usageValues(h http.Header, name string) []string {
	values, size := h.Values(name), 0
	for i, value := range values {
		if size += len(value); size > maxUsageBytes {
			return values[:i]
		}
	}
	return values
}

func parseBusinesses(values []string) (all []BusinessQuota) {
	if len(values) == 0 {
		return nil
	}
	entries := map[string][]quotaResponse{} // by business
	for _, value := range values {
		var objects []map[string][]quotaResponse // a proxy may have joined several fields with commas
		if err := json.Unmarshal([]byte("["+value+"]"), &objects); err != nil && !isTypeError(err) {
			continue
		}
		for _, businesses := range objects {
			for id, some := range businesses {
				entries[id] = append(entries[id], some...)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		for _, entry := range entries[id][:min(len(entries[id]), maxQuotas-len(all))] {
			if q, ok := entry.quota(); ok {
				q.BusinessID = id
				all = append(all, q)
			}
		}
	}
	return all
}

type quotaResponse struct {
	Type         literal `json:"type"`
	CallCount    literal `json:"call_count"`
	TotalTime    literal `json:"total_time"`
	TotalCPUTime literal `json:"total_cputime"`
	Minutes      literal `json:"estimated_time_to_regain_access"`
}

// quota is not ok when there is no property, or one makes no sense.
func (in *quotaResponse) quota() (q BusinessQuota, ok bool) {
	if *in == (quotaResponse{}) {
		return q, false
	}
	var minutes float64
	q.Type, _ = in.Type.text()
	counts := in.CallCount.float(&q.CallCount)
	counts = in.TotalTime.float(&q.TotalTime) && counts
	counts = in.TotalCPUTime.float(&q.TotalCPUTime) && counts
	ok = in.Minutes.float(&minutes) && (counts || minutes > 0)
	q.RegainAccess = regainAccess(minutes)
	return q, ok
}

// float reads a number with or without quotes, if there is one.
func (l literal) float(into *float64) (ok bool) {
	if l == "" {
		return true
	}
	text := strings.Trim(string(l), `"`)
	if len(text) > maxNumberBytes || !json.Valid([]byte(text)) {
		return false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	*into = f
	return true
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
