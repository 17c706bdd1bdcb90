package client_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

var describedHeaders = []string{
	"Facebook-Api-Version", "v24.0", "X-Fb-Trace-Id", "Atrace", "X-Fb-Request-Id", "Arequest", "X-Fb-Rev", "1030000000",
	"X-App-Usage", `{"call_count":28}`,
}

func TestCallInfo(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		opts    []client.Option
		want    client.CallInfo // but for Usage and Header
		failed  bool
	}{
		{
			"a success", func(w http.ResponseWriter, r *http.Request) {
				for i := 0; i < len(describedHeaders); i += 2 {
					w.Header().Set(describedHeaders[i], describedHeaders[i+1])
				}
				clienttest.Success(w, r)
			}, nil,
			client.CallInfo{StatusCode: 200, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, false,
		},
		{
			"an error", clienttest.Respond(400, clienttest.GraphError(100), describedHeaders...), nil,
			client.CallInfo{StatusCode: 400, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
		{
			"an error with a trace id of its own",
			clienttest.Respond(400, `{"error":{"code":100,"fbtrace_id":"Abody"}}`, describedHeaders...), nil,
			client.CallInfo{StatusCode: 400, Attempts: 1, APIVersion: "v24.0", TraceID: "Abody", RequestID: "Arequest"}, true,
		},
		{
			"an answer that makes no sense", clienttest.Respond(200, "<html>", describedHeaders...),
			[]client.Option{clienttest.NoRetries},
			client.CallInfo{StatusCode: 200, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
		{
			"the last of several answers",
			clienttest.InTurn(clienttest.Respond(503, "", "X-Fb-Trace-Id", "early"),
				clienttest.Respond(403, clienttest.GraphError(10), describedHeaders...)),
			[]client.Option{clienttest.FastRetries(3)},
			client.CallInfo{StatusCode: 403, Attempts: 2, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, info := client.WithCallInfo(t.Context())
			err := clienttest.OperationNamed("GetGroup").
				Call(ctx, clienttest.Serve(t, tt.handler).Client(tt.opts...), clienttest.GroupID)
			clienttest.Equal(t, "failed", err != nil, tt.failed)
			clienttest.Equal(t, "StatusCode", info.StatusCode, tt.want.StatusCode)
			clienttest.Equal(t, "Attempts", info.Attempts, tt.want.Attempts)
			clienttest.Equal(t, "APIVersion", info.APIVersion, tt.want.APIVersion)
			clienttest.Equal(t, "TraceID", info.TraceID, tt.want.TraceID)
			clienttest.Equal(t, "RequestID", info.RequestID, tt.want.RequestID)
			clienttest.Equal(t, "Usage", info.Usage.App.CallCount, 28)
			clienttest.Equal(t, "Header", info.Header.Get("X-Fb-Rev"), "1030000000")
		})
	}
}

func TestCallInfoWithoutAnAnswer(t *testing.T) {
	ctx, info := client.WithCallInfo(t.Context())
	*info = client.CallInfo{StatusCode: 200, TraceID: "of the call before"}
	_, err := clienttest.Serve(t, clienttest.Drop).Client(clienttest.NoRetries).GetGroup(ctx, clienttest.GroupID)
	clienttest.WantClass(t, err, client.ErrUnavailable)
	clienttest.Equal(t, "StatusCode", info.StatusCode, 0)
	clienttest.Equal(t, "Attempts", info.Attempts, 1)
	clienttest.Equal(t, "TraceID", info.TraceID, "")
	clienttest.Equal(t, "Header", info.Header == nil, true)
}

func TestCallInfoBelongsToItsContext(t *testing.T) {
	c := clienttest.Serve(t, clienttest.Success).Client()
	outer, first := client.WithCallInfo(t.Context())
	inner, second := client.WithCallInfo(outer)
	inner, cancel := context.WithCancel(inner)
	defer cancel()
	clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(inner, clienttest.GroupID)), nil)
	clienttest.Equal(t, "attempts in the outer one", first.Attempts, 0)
	clienttest.Equal(t, "attempts in the inner one", second.Attempts, 1)
}

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

func FuzzUsage(f *testing.F) {
	f.Add(`{"call_count":28,"total_time":25,"total_cputime":25}`,
		`{"1":[{"type":"a","call_count":1,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":7}],"0":[{}]}`)
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
			longest = max(longest, b.RegainAccess)
		}
		clienttest.Equal(t, "RegainAccess", u.RegainAccess, longest)

		var plain map[string][]map[string]json.RawMessage // a number of an unknown key may be too large
		entries := 0
		if json.Unmarshal([]byte(business), &plain) == nil {
			for _, list := range plain {
				entries += len(list)
			}
		}
		if len(u.Business) != 0 {
			clienttest.Equal(t, "businesses", len(u.Business), entries)
		}
		var quota map[string]float64
		if json.Unmarshal([]byte(app), &quota) == nil {
			if count, n := property([]byte(app), "call_count"); n == 1 && string(count) != "null" {
				var want float64
				_ = json.Unmarshal(count, &want)
				clienttest.Equal(t, "CallCount", u.App.CallCount, want)
			}
		} else if !strings.Contains(app, "{") && u.App != (client.Quota{}) {
			t.Errorf("%q: %+v", app, u.App)
		}
	})
}
