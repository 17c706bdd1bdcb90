package fakegraph

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/api"
)

func TestHeaders(t *testing.T) {
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.FixedZone("east", 3600))
	s := newServer(t, WithClock(func() time.Time { return now }))
	seen := map[string]bool{}
	for _, tt := range []struct {
		call    call
		version string
	}{
		{call{}, "v23.0"},
		{call{path: "/v24.0/" + testID + "x"}, "v24.0"},
		{call{path: "/nowhere"}, api.Version()},
		{call{method: "PUT"}, "v23.0"},
		{call{header: map[string]string{"Authorization": ""}}, "v23.0"},
		{call{method: "POST", body: "{}"}, "v23.0"},
		{call{method: "DELETE"}, "v23.0"},
	} {
		a := send(t, s, tt.call)
		for key, want := range map[string]string{
			"Content-Type":         "application/json; charset=UTF-8",
			"Date":                 "Tue, 03 Feb 2026 03:05:06 GMT",
			"facebook-api-version": tt.version,
			"x-fb-rev":             "1030000000",
		} {
			if got := a.header.Get(key); got != want {
				t.Errorf("%s: %s, want %s", key, got, want)
			}
		}
		for _, key := range []string{"x-fb-trace-id", "x-fb-request-id"} {
			id := a.header.Get(key)
			if id == "" || seen[id] {
				t.Errorf("%s %q is empty or was there before", key, id)
			}
			seen[id] = true
		}
		if a.header.Get("Content-Length") == "" {
			t.Error("no Content-Length")
		}
	}
}

func TestUsageGrows(t *testing.T) {
	s := newServer(t)
	type usage struct {
		Type                        string
		Calls                       int `json:"call_count"`
		Time                        int `json:"total_time"`
		CPU                         int `json:"total_cputime"`
		EstimatedTimeToRegainAccess int `json:"estimated_time_to_regain_access"`
	}
	read := func(header http.Header) (app usage, business usage) {
		if err := json.Unmarshal([]byte(header.Get("X-App-Usage")), &app); err != nil {
			t.Fatal(err)
		}
		var byID map[string][]usage
		if err := json.Unmarshal([]byte(header.Get("X-Business-Use-Case-Usage")), &byID); err != nil {
			t.Fatal(err)
		}
		return app, byID["100200300"][0]
	}
	var last usage
	for n := 1; n <= 1100; n++ {
		if n > 40 && n < 1090 { // the way up is long
			_ = s.record(call{}.request(t, s.URL()), "", nil)
			continue
		}
		app, business := read(send(t, s, call{}).header)
		if want := min(100, n/10); app.Calls != want || business.Calls != want {
			t.Errorf("request %d: %d and %d percent, want %d", n, app.Calls, business.Calls, want)
		}
		if business.Type != "whatsapp_business_management" || business.EstimatedTimeToRegainAccess != 0 {
			t.Errorf("business usage %+v", business)
		}
		if app.Time < last.Time || app.CPU < last.CPU {
			t.Errorf("usage shrinks from %+v to %+v", last, app)
		}
		last = app
	}
}
