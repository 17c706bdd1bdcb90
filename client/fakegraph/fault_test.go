package fakegraph

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// transports are the ways to a server: open returns a client and a base URL.
var transports = []struct {
	name  string
	major int // of the HTTP version
	open  func(t *testing.T, s *Server) (*http.Client, string)
}{
	{"Doer", 1, func(_ *testing.T, s *Server) (*http.Client, string) {
		return s.Doer(), s.URL()
	}},
	{"HTTP1", 1, func(t *testing.T, s *Server) (*http.Client, string) {
		if err := s.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		return ownClient(t), s.URL()
	}},
	{"HTTP2", 2, func(t *testing.T, s *Server) (*http.Client, string) {
		ts := httptest.NewUnstartedServer(s.Handler())
		ts.EnableHTTP2 = true
		ts.StartTLS()
		t.Cleanup(ts.Close)
		return ts.Client(), ts.URL
	}},
}

// outcome is what became of a request.
type outcome struct {
	answer
	callErr, readErr error
	changed          bool // the group is gone
}

func TestFaults(t *testing.T) {
	const done = `{"success":true}`
	answered := func(status int, body string, changed bool) func(*testing.T, outcome) {
		return func(t *testing.T, o outcome) {
			t.Helper()
			wantBody(t, o.answer, status, body)
			if o.changed != changed || o.callErr != nil || o.readErr != nil {
				t.Errorf("outcome %+v", o)
			}
		}
	}
	withHeader := func(key, want string, next func(*testing.T, outcome)) func(*testing.T, outcome) {
		return func(t *testing.T, o outcome) {
			t.Helper()
			if got := o.header.Get(key); got != want {
				t.Errorf("%s: %s, want %s", key, got, want)
			}
			next(t, o)
		}
	}
	dropped := func(changed bool) func(*testing.T, outcome) {
		return func(t *testing.T, o outcome) {
			t.Helper()
			if o.callErr == nil || o.changed != changed {
				t.Errorf("outcome %+v", o)
			}
		}
	}
	cut := func(body string, changed bool) func(*testing.T, outcome) {
		return func(t *testing.T, o outcome) {
			t.Helper()
			if o.status != 200 || o.readErr == nil || o.body != body || o.changed != changed {
				t.Errorf("outcome %+v", o)
			}
		}
	}
	tests := []struct {
		name  string
		fault Fault
		want  func(*testing.T, outcome)
	}{
		{"nothing", Fault{}, answered(200, done, true)},
		{"Graph error", Fault{Code: 4}, answered(400,
			`{"error":{"code":4,"fbtrace_id":"Fake00000001","message":"(#4) Error on demand","type":"OAuthException"}}`, false)},
		{"every part of a Graph error", Fault{Status: 429, Code: 80008, Subcode: 33, Type: "T", Message: "M", Details: "D",
			Transient: true, UserTitle: "UT", UserMessage: "UM"}, answered(429,
			`{"error":{"code":80008,"error_data":{"details":"D","messaging_product":"whatsapp"},"error_subcode":33,`+
				`"error_user_msg":"UM","error_user_title":"UT","fbtrace_id":"Fake00000001","is_transient":true,`+
				`"message":"M","type":"T"}}`, false)},
		{"Graph error with code 0", Fault{Type: "T"}, answered(400,
			`{"error":{"code":0,"fbtrace_id":"Fake00000001","message":"(#0) Error on demand","type":"T"}}`, false)},
		{"Graph error under 200, yet executed", Fault{Status: 200, Code: 1, Executed: true}, answered(200,
			`{"error":{"code":1,"fbtrace_id":"Fake00000001","message":"(#1) Error on demand","type":"OAuthException"}}`, true)},
		{"status", Fault{Status: 503}, answered(503, "", false)},
		{"status, executed", Fault{Status: 200, Executed: true}, answered(200, "", true)},
		{"no content", Fault{Status: 204}, answered(204, "", false)},
		{"body", Fault{Body: `{"success":false}`}, withHeader("Content-Type", typeJSON,
			answered(200, `{"success":false}`, false))},
		{"body and type", Fault{Status: 502, Body: "bad", ContentType: "text/plain"},
			withHeader("Content-Type", "text/plain", answered(502, "bad", false))},
		{"HTML", Fault{Status: 502, HTML: true}, withHeader("Content-Type", "text/html; charset=utf-8",
			answered(502, htmlPage, false))},
		{"wrong type", Fault{ContentType: "text/javascript"}, withHeader("Content-Type", "text/javascript",
			answered(200, done, true))},
		{"Retry-After", Fault{Status: 429, RetryAfter: "30"}, withHeader("Retry-After", "30", answered(429, "", false))},
		{"regain access", Fault{RegainAccess: 7}, withHeader("X-Business-Use-Case-Usage",
			`{"100200300":[{"type":"whatsapp_business_management","call_count":100,"total_cputime":25,"total_time":50,`+
				`"estimated_time_to_regain_access":7}]}`, answered(200, done, true))},
		{"served version", Fault{ServedVersion: "v24.0"}, withHeader("facebook-api-version", "v24.0",
			answered(200, done, true))},
		{"date", Fault{Date: time.Unix(0, 0)}, withHeader("Date", "Thu, 01 Jan 1970 00:00:00 GMT",
			answered(200, done, true))},
		{"header", Fault{Header: http.Header{"x-colour": {"red"}}}, withHeader("X-Colour", "red", answered(200, done, true))},
		{"header away", Fault{Header: http.Header{"Date": nil}}, withHeader("Date", "", answered(200, done, true))},
		{"delay", Fault{Delay: time.Millisecond}, answered(200, done, true)},
		{"cut off", Fault{CutAfter: 5}, cut(done[:5], true)},
		{"cut off after the header", Fault{CutAfter: -1}, cut("", true)},
		{"cut off at the end", Fault{CutAfter: len(done)}, cut(done, true)},
		{"cut off behind the end", Fault{CutAfter: 1000}, cut(done, true)},
		{"cut off, unchanged", Fault{Status: 200, Body: done, CutAfter: 5}, cut(done[:5], false)},
		{"dropped before", Fault{DropBefore: true}, dropped(false)},
		{"dropped after", Fault{DropAfter: true}, dropped(true)},
		{"dropped before the response, yet executed", Fault{DropBefore: true, Executed: true}, dropped(true)},
	}
	for _, tr := range transports {
		t.Run(tr.name, func(t *testing.T) {
			for _, tt := range tests {
				t.Run(tt.name, func(t *testing.T) {
					s := newServer(t)
					client, base := tr.open(t, s)
					failNext(t, s, tt.fault)
					o := try(t, client, call{method: "DELETE"}.request(t, base), tr.major)
					_, there := s.Group(testID)
					o.changed = !there
					tt.want(t, o)
					if s.PendingFaults() != 0 {
						t.Error("the fault was not consumed")
					}
					if got := s.Requests()[0].Status; got != o.status {
						t.Errorf("recorded status %d, sent %d", got, o.status)
					}
				})
			}
		})
	}
}

func try(t *testing.T, client *http.Client, req *http.Request, major int) (o outcome) {
	t.Helper()
	resp, err := client.Do(req)
	if err != nil {
		o.callErr = err
		return o
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != major {
		t.Errorf("the response came over %s", resp.Proto)
	}
	body, err := io.ReadAll(resp.Body)
	o.answer, o.readErr = answer{resp.StatusCode, resp.Header, string(body)}, err
	return o
}

func TestFaultQueue(t *testing.T) {
	s := newServer(t, WithGroups(Group{ID: "other"}))
	failNext(t, s,
		Fault{Op: DeleteGroup, Status: 501},
		Fault{GroupID: "other", Status: 504},
		Fault{Op: SetGroupPhoto, Status: 505},
		Fault{Status: 502, Times: 2},
		Fault{Op: UpdateGroup, GroupID: testID, Status: 507},
		Fault{Op: GetGroup, Status: 503},
		Fault{Op: UpdateGroup, GroupID: "elsewhere", Status: 508},
	)
	if n := s.PendingFaults(); n != 8 {
		t.Errorf("%d faults pending", n)
	}
	const other = "/v23.0/other"
	for i, tt := range []struct {
		call            call
		status, pending int
	}{
		{call{}, 502, 7},
		{call{method: "PUT"}, 405, 7},
		{call{method: "DELETE"}, 501, 6},
		{call{method: "POST", contentType: mediaForm}, 502, 5},
		{call{path: other}, 504, 4},
		{call{path: other, method: "POST"}, 400, 4},
		{call{method: "POST", contentType: "Multipart/Form-Data; boundary=b"}, 505, 3},
		{call{method: "POST"}, 507, 2},
		{call{method: "POST", contentType: "multipart/form-data; boundary=b"}, 400, 2},
		{call{}, 503, 1},
		{call{}, 200, 1},
	} {
		if a := send(t, s, tt.call); a.status != tt.status || s.PendingFaults() != tt.pending {
			t.Errorf("%d: status %d, %d faults pending; want %+v", i, a.status, s.PendingFaults(), tt)
		}
	}
}

// A fault that can never happen is refused at once, and so is the rest of its list.
func TestFaultRefused(t *testing.T) {
	for want, faults := range map[string][]Fault{
		`Op: "renameGroup" is not one of`:        {{Op: "renameGroup"}},
		`Op: "getGroupInfo" is not one`:          {{Op: "getGroupInfo"}},
		"GroupID: string doesn't":                {{GroupID: "a/b"}},
		"Status: 199 is not from":                {{Status: 199}},
		"Status: 600 is not":                     {{Status: 500}, {Status: 600}},
		"Status: -1 is not":                      {{Status: -1}},
		"Times: ":                                {{Times: -1}},
		"Delay: ":                                {{Delay: -1}},
		"Header: a name":                         {{Header: http.Header{"": nil}}, {Header: http.Header{"A B": {"x"}}}},
		"Header, ContentType, ":                  {{Header: http.Header{"X": {"a\r\nY: b"}}}, {RetryAfter: "1\n"}},
		"RegainAccess: ":                         {{RegainAccess: -1}},
		"Body and HTML: ":                        {{Body: "x", HTML: true}},
		"Body or HTML, and a ":                   {{HTML: true, Code: 1}},
		"Stall, DropBefore and DropAfter: only":  {{DropBefore: true, DropAfter: true}},
		"Stall, DropBefore and DropAfter: there": {{Stall: true, Status: 500}},
		"CutAfter and Endless: ":                 {{CutAfter: 1, Endless: true}},
		"Status: a response with 204":            {{Status: 204, Body: "x"}},
	} {
		s := newServer(t)
		err := s.FailNext(faults...)
		if err == nil || !strings.HasPrefix(err.Error(), "fakegraph: invalid fault: "+want) || s.PendingFaults() != 0 {
			t.Errorf("got %v and %d pending, want %s", err, s.PendingFaults(), want)
		}
	}
	failNext(t, newServer(t), Fault{Status: 200}, Fault{Status: 599}, Fault{Status: 204, CutAfter: -1})
}

// A fault does not wait for a valid request, and Executed does not make a wrong one right.
func TestFaultOnInvalidRequest(t *testing.T) {
	s := newServer(t)
	failNext(t, s, Fault{Status: 500, Executed: true}, Fault{Executed: true})
	bad := call{method: "DELETE", header: map[string]string{"Authorization": ""}}
	wantBody(t, send(t, s, bad), 500, "")
	wantError(t, send(t, s, bad), 400, "104", "access token")
	wantGroup(t, s, testGroup())
}

// What the caller does with a fault afterwards has no effect.
func TestFaultIsCopied(t *testing.T) {
	s := newServer(t)
	f := Fault{Header: http.Header{"X-Colour": {"red"}}}
	failNext(t, s, f)
	f.Header.Set("X-Colour", "blue")
	if got := send(t, s, call{}).header.Get("X-Colour"); got != "red" {
		t.Errorf("X-Colour: %s", got)
	}
}

// The operation IDs of this package are those of the contract.
func TestOperationIDs(t *testing.T) {
	c, err := loadedContract()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{idGet, idUpdate, idDelete} {
		if c.named(id) == nil {
			t.Errorf("the contract has no %s", id)
		}
	}
	if len(c.operations) != 3 {
		t.Errorf("%d operations in the contract", len(c.operations))
	}
}
