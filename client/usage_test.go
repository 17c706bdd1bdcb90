package client_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
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
			"300":[{"type":"whatsapp_business_messaging","estimated_time_to_regain_access":2}],
			"100":[{"type":"whatsapp","estimated_time_to_regain_access":7},{"type":"a","call_count":100}],
			"200":[]}`},
			client.Usage{RegainAccess: 7 * time.Minute, Business: []client.BusinessQuota{
				{BusinessID: "100", Type: "whatsapp", RegainAccess: 7 * time.Minute},
				{BusinessID: "100", Type: "a", Quota: client.Quota{CallCount: 100}},
				{BusinessID: "300", Type: "whatsapp_business_messaging", RegainAccess: 2 * time.Minute},
			}}},
		{"a time to wait for advertisements", []string{business, `{
			"1":[{"type":"ads_management","estimated_time_to_regain_access":2000}],
			"2":[{"type":"whatsapp_business_management","estimated_time_to_regain_access":0}]}`},
			client.Usage{Business: []client.BusinessQuota{
				{BusinessID: "1", Type: "ads_management", RegainAccess: 2000 * time.Minute},
				{BusinessID: "2", Type: "whatsapp_business_management"},
			}}},
		{"several fields", []string{
			business, `{"2":[{"type":"whatsapp","estimated_time_to_regain_access":"3"}]}`, app, `{"call_count":7,"total_time":"25"}`,
			business, `{"1":[{"type":""}]}`, app, `{"call_count":28,"total_time":2,"total_cputime":24.0}`, app, `28%`},
			client.Usage{App: quota, RegainAccess: 3 * time.Minute, Business: []client.BusinessQuota{
				{BusinessID: "1"}, {BusinessID: "2", Type: "whatsapp", RegainAccess: 3 * time.Minute},
			}}},
		{"entries that make no sense", []string{
			business, `{"1":[{},{"call_count":true},{"type":7,"total_time":[]},7,{"call_count":1},{"call_count":1e999},{"call_count":"0x1p4"}],"2":7,"3":{}}`,
			business, `{"4":[{"type":"a`},
			client.Usage{Business: []client.BusinessQuota{{BusinessID: "1", Quota: client.Quota{CallCount: 1}}}}},
		{"more than 256 entries", []string{business, `{"0":[{"type":""}],"1":[{"type":""}` + strings.Repeat(`,{"type":""}`, 300) + "]}"},
			client.Usage{Business: append([]client.BusinessQuota{{BusinessID: "0"}},
				slices.Repeat([]client.BusinessQuota{{BusinessID: "1"}}, 255)...)}},
		{"a field that is too long, after one that is not", []string{
			business, `{"1":[{"type":""}]}`, business, `{"2":[{"type":""}` + strings.Repeat(`,{"type":""}`, 16<<10) + "]}"},
			client.Usage{Business: []client.BusinessQuota{{BusinessID: "1"}}}},
		{
			"an app and a business",
			[]string{app, `{"call_count":28,"total_time":25,"total_cputime":24}`, business, `{"1":[{"type":""}]}`},
			client.Usage{App: quota, Business: []client.BusinessQuota{{BusinessID: "1"}}}},
		{"a fraction of a minute", []string{business, `{"1":[{"type":"whatsapp","estimated_time_to_regain_access":0.5}]}`},
			client.Usage{RegainAccess: 30 * time.Second, Business: []client.BusinessQuota{
				{BusinessID: "1", Type: "whatsapp", RegainAccess: 30 * time.Second},
			}}},
		{"minutes beside malformed numbers", []string{business,
			`{"1":[{"type":"whatsapp","call_count":"n/a","total_time":1e999,"estimated_time_to_regain_access":1}]}`},
			client.Usage{RegainAccess: time.Minute, Business: []client.BusinessQuota{
				{BusinessID: "1", Type: "whatsapp", RegainAccess: time.Minute},
			}}},
		{"two fields that a proxy has joined", []string{business,
			`{"1":[{"type":"whatsapp","estimated_time_to_regain_access":1}]}, {"2":[{"type":""}],"1":[{"type":"a"}]}`},
			client.Usage{RegainAccess: time.Minute, Business: []client.BusinessQuota{
				{BusinessID: "1", Type: "whatsapp", RegainAccess: time.Minute}, {BusinessID: "1", Type: "a"}, {BusinessID: "2"},
			}}},
		{"negative minutes", []string{business, `{"1":[{"estimated_time_to_regain_access":-5}]}`},
			client.Usage{Business: []client.BusinessQuota{{BusinessID: "1"}}}},
		{"more minutes than a Duration holds", []string{business, `{"1":[{"type":"whatsapp","estimated_time_to_regain_access":1e300}]}`},
			client.Usage{RegainAccess: 365 * 24 * time.Hour, Business: []client.BusinessQuota{
				{BusinessID: "1", Type: "whatsapp", RegainAccess: 365 * 24 * time.Hour},
			}}},
		{
			"an app that makes no sense leaves the business",
			[]string{app, `{"call_count":1,"total_time":"x"}`, business, `{"1":[{"type":""}]}`},
			client.Usage{Business: []client.BusinessQuota{{BusinessID: "1"}}}},
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
					w.Header().Add(tt.headers[i], tt.headers[i+1])
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

func FuzzUsage(f *testing.F) {
	f.Add(`{"call_count":28,"total_time":25,"total_cputime":25}`,
		`{"1":[{"type":"whatsapp","call_count":1,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":7}],"0":[{}]}`)
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `{"1":null}`, `{"1":[null]}`, `{"1":[{}],"1":[]}`, `{"call_count":"1"}`,
		`{"call_count":1e999}`, `{"1":[{"estimated_time_to_regain_access":-1e300}]}`, `{"":[{"TYPE":"x"}]}`, `{"":[{"":1e1000}]}`,
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, app, business string) {
		u := client.ParseUsage(http.Header{"X-App-Usage": {app}, "X-Business-Use-Case-Usage": {business}})
		var longest time.Duration
		for i, b := range u.Business {
			if b.RegainAccess < 0 || b.RegainAccess > 365*24*time.Hour {
				t.Errorf("%s to wait", b.RegainAccess)
			}
			if i > 0 && b.BusinessID < u.Business[i-1].BusinessID {
				t.Errorf("%s after %s", b.BusinessID, u.Business[i-1].BusinessID)
			}
			if strings.HasPrefix(b.Type, "whatsapp") {
				longest = max(longest, b.RegainAccess)
			}
		}
		clienttest.Equal(t, "RegainAccess", u.RegainAccess, longest)
	})
}

// What is read of headers costs a bounded amount of memory, however much of them there is.
func TestMemoryOfHeaders(t *testing.T) {
	header := http.Header{
		"X-Business-Use-Case-Usage": {`{"1":[{}` + strings.Repeat(",{}", 2700) + "]}"},
		"Retry-After":               slices.Repeat([]string{"x"}, 16_000),
	}
	for name, read := range map[string]func(){
		"usage": func() { client.ParseUsage(header) }, "hints": func() { client.ParseRetryAfter(header) },
	} {
		if got := allocated(read); got > 1<<20 {
			t.Errorf("%s: %d KiB", name, got>>10)
		}
	}
}
