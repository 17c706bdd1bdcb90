package main

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	groupID = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
	token   = "EAAplantedTokenOfTheTests"
	before  = "Allotment Neighbours"
	after   = "Allotment 2026"
)

// No test may leave a goroutine behind, and with it a connection.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// neighbours are the options of a fake that knows one group and one token.
func neighbours() []fakegraph.Option {
	return []fakegraph.Option{
		fakegraph.WithToken(token), fakegraph.WithGroups(fakegraph.Group{ID: groupID, Subject: before}),
	}
}

// startService starts the service in front of a Graph server. Its log is complete once the service is closed.
func startService(t *testing.T, graphURL string) (service *httptest.Server, log *bytes.Buffer) {
	t.Helper()
	c, err := client.New(client.StaticToken(token), client.WithBaseURL(graphURL))
	if err != nil {
		t.Fatal(err)
	}
	log = new(bytes.Buffer)
	service = httptest.NewServer(newService(c, slog.New(slog.NewJSONHandler(log, nil))))
	t.Cleanup(service.Close)
	return service, log
}

// answer is what the service said.
type answer struct {
	status     int
	retryAfter string
	body       string
}

// put asks the service for a rename.
func put(t *testing.T, service *httptest.Server, id, body string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, service.URL+"/groups/"+id+"/subject",
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := service.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header.Get("Retry-After"), string(text)}
}

// wantNoSecret looks for the token and the id, which encodes a phone number.
func wantNoSecret(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{token, groupID} {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds %s:\n%s", where, secret, text)
		}
	}
}

func TestRename(t *testing.T) {
	const (
		accepted = `{"request_id":"FA4E0000000000000000000000000001"}`
		limited  = `{"error":"rate_limited","message":"not renamed: too many requests"}`
		trouble  = `{"error":"unavailable","message":"WhatsApp is in trouble; the group may have been renamed, so look before you try again"}`
		lost     = `{"error":"outcome_unknown","message":"the answer was lost; the group may have been renamed, so look before you try again"}`
	)
	for _, c := range []struct {
		name     string
		fault    fakegraph.Fault // the zero Fault is a request that succeeds
		id, body string          // groupID, and a body with the subject after, when empty

		status     int
		want       string // the service's answer
		retryAfter string // its header
		requests   int    // how many reached Graph
		subject    string // what the group is called then; before when empty
	}{
		{name: "accepted", status: 202, want: accepted, requests: 1, subject: after},

		// The caller's own mistakes cost no request: the client finds them first.
		{
			name: "no JSON", body: "subject=x", status: 400,
			want: `{"error":"invalid","message":"the body must be like {\"subject\":\"Allotment 2026\"}"}`,
		},
		{
			name: "long body", body: `{"subject":"` + strings.Repeat("x", maxBody) + `"}`, status: 400,
			want: `{"error":"invalid","message":"the body must be like {\"subject\":\"Allotment 2026\"}"}`,
		},
		{
			name: "no subject", body: `{"subject":""}`, status: 400,
			want: `{"error":"invalid","message":"subject: must have 1 to 128 characters, has 0"}`,
		},
		{
			name: "wrong id", id: groupID + ".", status: 400,
			want: `{"error":"invalid","message":"id: may contain letters, digits, _, = and - only; character 58 is '.'"}`,
		},

		// What Graph refuses, it has not done. The fake knows by itself which groups there are; a suspended group or a
		// missing permission is an error on demand.
		{
			name: "no such group", id: "bm9zdWNoZ3JvdXA", status: 404, requests: 1,
			want: `{"error":"not_found","message":"there is no such group"}`,
		},
		{
			name: "suspended", fault: fakegraph.Fault{Code: 131207}, status: 403, requests: 1,
			want: `{"error":"forbidden","message":"this group cannot be renamed"}`,
		},
		{
			name: "refused", fault: fakegraph.Fault{Code: 131009}, status: 422, requests: 1,
			want: `{"error":"refused","message":"WhatsApp refused the subject"}`,
		},
		// A token expires some day, always at night. The callers cannot mend that and must not log out over it.
		{
			name: "token expired", fault: fakegraph.Fault{Status: 401, Code: 190}, status: 500, requests: 1,
			want: `{"error":"internal","message":"not renamed: the service is not set up"}`,
		},
		{
			name: "no reason", fault: fakegraph.Fault{Body: `{"success":false}`}, status: 502, requests: 1,
			want: `{"error":"unknown","message":"not renamed: WhatsApp reported an unknown failure"}`,
		},
		// A wait of half a minute is longer than the client keeps a caller waiting, so it is handed on.
		{
			name: "throttled", fault: fakegraph.Fault{Status: 429, Code: 131208, RetryAfter: "29.5"}, status: 429,
			want: limited, retryAfter: "30", requests: 1,
		},

		// Trouble that Graph reports leaves the outcome open, and an update is not repeated.
		{name: "server trouble", fault: fakegraph.Fault{Status: 500, Code: 2}, status: 503, want: trouble, requests: 1},
		{
			name: "server trouble, and renamed", fault: fakegraph.Fault{Status: 500, Code: 2, Executed: true},
			status: 503, want: trouble, requests: 1, subject: after,
		},
		// The two sides of a lost answer. The service cannot tell them apart, so it must say the same to both.
		{name: "request lost", fault: fakegraph.Fault{DropBefore: true}, status: 502, want: lost, requests: 1},
		{
			name: "answer lost", fault: fakegraph.Fault{DropAfter: true}, status: 502, want: lost, requests: 1, subject: after,
		},
		{
			name: "answer cut", fault: fakegraph.Fault{CutAfter: 10}, status: 502, want: lost, requests: 1, subject: after,
		},
		// A proxy in between answers in HTML, with whatever status it likes. Under 200 it looks like a success to a
		// program that does not read the body.
		{name: "HTML with 502", fault: fakegraph.Fault{Status: 502, HTML: true}, status: 503, want: trouble, requests: 1},
		{name: "HTML with 200", fault: fakegraph.Fault{HTML: true}, status: 502, want: lost, requests: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := fakegraph.Start(t, neighbours()...)
			service, log := startService(t, fake.URL())
			// The fault waits for the update, and would be left over if no request came.
			c.fault.Op = fakegraph.UpdateGroup
			if c.requests > 0 {
				fake.FailNext(c.fault)
			}
			got := put(t, service, cmp.Or(c.id, groupID), cmp.Or(c.body, `{"subject":"`+after+`"}`))
			service.Close()

			if want := (answer{c.status, c.retryAfter, c.want + "\n"}); got != want {
				t.Errorf("the service said\n%+v\nwant\n%+v", got, want)
			}
			if n := len(fake.Requests()); n != c.requests || fake.PendingFaults() != 0 {
				t.Errorf("%d requests reached Graph, want %d; %d faults are left", n, c.requests, fake.PendingFaults())
			}
			if g, _ := fake.Group(groupID); g.Subject != cmp.Or(c.subject, before) {
				t.Errorf("the group is called %q, want %q", g.Subject, cmp.Or(c.subject, before))
			}
			if failed := c.status != http.StatusAccepted; failed != strings.Contains(log.String(), `"code":"`) {
				t.Errorf("the log has\n%s", log)
			}
			wantNoSecret(t, "the answer", got.body)
			wantNoSecret(t, "the log", log.String())
		})
	}
}

// brokenToken is a token that was read from a file with the end of its line.
type brokenToken struct{}

func (brokenToken) Token(context.Context) (string, error) { return token + "\n", nil }

// The client calls a token that is none an invalid argument, but it is none of the caller's.
func TestBrokenToken(t *testing.T) {
	c, err := client.New(brokenToken{}, client.WithBaseURL("http://127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	log, got := new(bytes.Buffer), httptest.NewRecorder()
	newService(c, slog.New(slog.NewJSONHandler(log, nil))).ServeHTTP(got, httptest.NewRequestWithContext(t.Context(),
		http.MethodPut, "/groups/"+groupID+"/subject", strings.NewReader(`{"subject":"`+after+`"}`)))
	const want = `{"error":"internal","message":"not renamed: the service is not set up"}` + "\n"
	if got.Code != http.StatusInternalServerError || got.Body.String() != want {
		t.Errorf("the service said %d, %s", got.Code, got.Body)
	}
	if !strings.Contains(log.String(), "token: must be printable ASCII") {
		t.Errorf("the log has\n%s", log)
	}
	wantNoSecret(t, "the log", log.String())
}

// A throttled service leaves Graph alone: the second caller is told to wait without a request.
func TestThrottledServiceKeepsQuiet(t *testing.T) {
	fake := fakegraph.Start(t, neighbours()...)
	service, _ := startService(t, fake.URL())
	fake.FailNext(fakegraph.Fault{Status: 429, Code: 131208, RetryAfter: "3600"})
	for range 2 {
		got := put(t, service, groupID, `{"subject":"`+after+`"}`)
		if got.status != http.StatusTooManyRequests || got.retryAfter != "3600" {
			t.Errorf("the service said %+v", got)
		}
	}
	if n := len(fake.Requests()); n != 1 {
		t.Errorf("%d requests reached Graph", n)
	}
}

// Nobody listens: nothing was sent, and the caller may try again without looking.
func TestGraphIsDown(t *testing.T) {
	fake := fakegraph.Start(t, neighbours()...)
	service, log := startService(t, fake.URL())
	if err := fake.Close(); err != nil {
		t.Fatal(err)
	}
	got := put(t, service, groupID, `{"subject":"`+after+`"}`)
	service.Close()
	const want = `{"error":"not_sent","message":"not renamed: WhatsApp cannot be reached"}` + "\n"
	if got.status != http.StatusServiceUnavailable || got.body != want {
		t.Errorf("the service said %+v", got)
	}
	wantNoSecret(t, "the log", log.String())
}
