package fakegraph

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/api"
)

func TestEndless(t *testing.T) {
	for _, tr := range transports {
		t.Run(tr.name, func(t *testing.T) {
			s := newServer(t)
			client, base := tr.open(t, s)
			failNext(t, s, Fault{Endless: true})
			resp, err := client.Do(call{method: "DELETE"}.request(t, base))
			if err != nil {
				t.Fatal(err)
			}
			body := make([]byte, 4<<20)
			if _, err := io.ReadFull(resp.Body, body); err != nil {
				t.Error(err)
			}
			if text := strings.TrimRight(string(body), " "); text != `{"success":true}` {
				t.Errorf("body %q", text)
			}
			// The server stops when the client has had enough, or the test would hang at its end.
			if err := resp.Body.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// waitForHeld returns when that many requests wait for the end of a fault.
func waitForHeld(s *Server, want int) {
	for {
		s.network.mu.Lock()
		held := len(s.network.waiting)
		s.network.mu.Unlock()
		if held == want {
			return
		}
		runtime.Gosched()
	}
}

func TestStallEndsWithTheClient(t *testing.T) {
	for _, f := range []Fault{{Stall: true}, {Stall: true, Executed: true}, {Delay: time.Hour}} {
		for _, tr := range transports {
			t.Run(tr.name, func(t *testing.T) {
				s := newServer(t)
				client, base := tr.open(t, s)
				failNext(t, s, f)
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					waitForHeld(s, 1)
					cancel()
				}()
				o := try(t, client, call{method: "DELETE"}.request(t, base).WithContext(ctx), tr.major)
				if !errors.Is(o.callErr, context.Canceled) {
					t.Errorf("got %v", o.callErr)
				}
				waitForHeld(s, 0)
				if _, there := s.Group(testID); there == f.Executed {
					t.Errorf("the group is there: %t", there)
				}
			})
		}
	}
}

func TestStallEndsWithClose(t *testing.T) {
	for _, f := range []Fault{{Stall: true}, {Delay: time.Hour}, {Endless: true}} {
		for _, tr := range transports {
			t.Run(tr.name, func(t *testing.T) {
				s := newServer(t)
				client, base := tr.open(t, s)
				failNext(t, s, f)
				closed := make(chan error)
				go func() {
					waitForHeld(s, 1)
					closed <- s.Close()
				}()
				o := try(t, client, call{method: "DELETE"}.request(t, base), tr.major)
				if err := <-closed; err != nil {
					t.Error(err)
				}
				if o.callErr == nil && o.readErr == nil {
					t.Errorf("the request ended well: %+v", o)
				}
			})
		}
	}
}

// After Close, a handler in somebody else's server holds nothing back any more.
func TestStallAfterClose(t *testing.T) {
	s := newServer(t)
	ts := httptest.NewServer(s.Handler())
	defer ts.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	failNext(t, s, Fault{Stall: true})
	if o := try(t, ts.Client(), call{method: "POST", body: "{}"}.request(t, ts.URL), 1); o.callErr == nil {
		t.Errorf("got a response: %+v", o)
	}
}

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
			_ = s.record(call{}.request(t, s.URL()), "", nil, secrets{})
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
