package client_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestUsage(t *testing.T) {
	const app, business = "X-App-Usage", "X-Business-Use-Case-Usage"
	quota := client.Quota{CallCount: 28, TotalTime: 25, TotalCPUTime: 24}
	for _, tt := range []struct {
		name    string
		headers []string
		want    client.Usage
	}{
		{"none", nil, client.Usage{}},
		{"an app", []string{app, `{"call_count":28,"total_time":25,"total_cputime":24}`}, client.Usage{App: quota}},
		{"percentages with fractions", []string{app, `{"call_count":0.5,"total_time":1e2}`},
			client.Usage{App: client.Quota{CallCount: 0.5, TotalTime: 100}}},
		{"properties that this version does not know", []string{app, `{"call_count":1,"new":{}}`},
			client.Usage{App: client.Quota{CallCount: 1}}},
		{"a business that is not throttled", []string{business, `{"100":[{"type":"whatsapp_business_management",
			"call_count":28,"total_cputime":24,"total_time":25,"estimated_time_to_regain_access":0}]}`},
			client.Usage{Business: []client.BusinessQuota{
				{Quota: quota, BusinessID: "100", Type: "whatsapp_business_management"},
			}}},
		{"several businesses, by id, and use cases, as they came", []string{business, `{
			"300":[{"type":"c","estimated_time_to_regain_access":2}],
			"100":[{"type":"b","estimated_time_to_regain_access":7},{"type":"a","call_count":100}],
			"200":[]}`},
			client.Usage{RegainAccess: 7 * time.Minute, Business: []client.BusinessQuota{
				{BusinessID: "100", Type: "b", RegainAccess: 7 * time.Minute},
				{BusinessID: "100", Type: "a", Quota: client.Quota{CallCount: 100}},
				{BusinessID: "300", Type: "c", RegainAccess: 2 * time.Minute},
			}}},
		{
			"an app and a business",
			[]string{app, `{"call_count":28,"total_time":25,"total_cputime":24}`, business, `{"1":[{}]}`},
			client.Usage{App: quota, Business: []client.BusinessQuota{{BusinessID: "1"}}}},
		{"a fraction of a minute", []string{business, `{"1":[{"estimated_time_to_regain_access":0.5}]}`},
			client.Usage{RegainAccess: 30 * time.Second, Business: []client.BusinessQuota{
				{BusinessID: "1", RegainAccess: 30 * time.Second},
			}}},
		{"negative minutes", []string{business, `{"1":[{"estimated_time_to_regain_access":-5}]}`},
			client.Usage{Business: []client.BusinessQuota{{BusinessID: "1"}}}},
		{"more minutes than a Duration holds", []string{business, `{"1":[{"estimated_time_to_regain_access":1e300}]}`},
			client.Usage{RegainAccess: 365 * 24 * time.Hour, Business: []client.BusinessQuota{
				{BusinessID: "1", RegainAccess: 365 * 24 * time.Hour},
			}}},
		{
			"an app that makes no sense leaves the business",
			[]string{app, `{"call_count":1,"total_time":"x"}`, business, `{"1":[{}]}`},
			client.Usage{Business: []client.BusinessQuota{{BusinessID: "1"}}}},
		{
			"a business that makes no sense leaves the app",
			[]string{app, `{"call_count":28,"total_time":25,"total_cputime":24}`, business, `{"1":[{"call_count":1}],"2":7}`},
			client.Usage{App: quota},
		},
		{"empty headers", []string{app, "", business, ""}, client.Usage{}},
		{"null", []string{app, "null", business, "null"}, client.Usage{}},
		{"empty objects", []string{app, "{}", business, "{}"}, client.Usage{}},
		{"arrays", []string{app, "[]", business, "[]"}, client.Usage{}},
		{"cut off", []string{app, `{"call_count":28`, business, `{"1":[{"type":"a"`}, client.Usage{}},
		{"no JSON", []string{app, "28%", business, "none"}, client.Usage{}},
		{"a null list", []string{business, `{"1":null}`}, client.Usage{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				for i := 0; i < len(tt.headers); i += 2 {
					w.Header().Set(tt.headers[i], tt.headers[i+1])
				}
				clienttest.Success(w, r)
			}).Client()
			for _, op := range clienttest.Operations {
				ctx, info := client.WithCallInfo(t.Context())
				clienttest.WantClass(t, op.Call(ctx, c, clienttest.GroupID), nil)
				got, _ := json.Marshal(info.Usage)
				want, _ := json.Marshal(tt.want)
				clienttest.Equal(t, op.Name, string(got), string(want))
			}
		})
	}
}
