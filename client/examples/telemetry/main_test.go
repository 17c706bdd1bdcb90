package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	groupID = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
	token   = "EAAplantedTokenOfTheTests"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs the program. No span and no number may hold the token or the ID.
func start(t *testing.T, url string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	env := map[string]string{"WAGROUPS_BASE_URL": url, "WHATSAPP_ACCESS_TOKEN": token}
	var out, errOut strings.Builder
	err = run(t.Context(), args, func(name string) string { return env[name] }, &out, &errOut)
	for _, secret := range []string{groupID, token} {
		if strings.Contains(errOut.String(), secret) || strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("%s is in\n%s\n%v", secret, &errOut, err)
		}
	}
	return out.String(), errOut.String(), err
}

// label is what both exporters write.
type label struct {
	Key   string
	Value struct{ Value any }
}

func text(attributes []label, keys ...string) string {
	var b strings.Builder
	for _, a := range attributes {
		if slices.Contains(keys, a.Key) {
			fmt.Fprintf(&b, " %s=%v", a.Key[strings.LastIndexByte(a.Key, '.')+1:], a.Value.Value)
		}
	}
	return b.String()
}

// read gives each span and each number of the output one line. A span that has a parent stands before it.
func read(t *testing.T, output string) (spans, numbers []string) {
	t.Helper()
	for line := range strings.Lines(output) {
		var in struct {
			Name         string
			Attributes   []label
			Events       []struct{ Name string }
			Status       struct{ Code string }
			Parent       struct{ SpanID string }
			ScopeMetrics []struct {
				Metrics []struct {
					Name string
					Data struct {
						DataPoints []struct {
							Attributes   []label
							Value, Count float64
						}
					}
				}
			}
		}
		if json.Unmarshal([]byte(line), &in) != nil {
			continue // a message for people
		}
		if in.Name != "" {
			inner := in.Parent.SpanID != strings.Repeat("0", 16)
			span := fmt.Sprint(in.Name, " inner=", inner, " ", in.Status.Code, text(in.Attributes,
				"http.request.resend_count", "http.response.status_code", "error.type"))
			for _, event := range in.Events {
				span += " " + event.Name
			}
			spans = append(spans, span)
		}
		for _, scope := range in.ScopeMetrics {
			for _, metric := range scope.Metrics {
				for _, p := range metric.Data.DataPoints {
					numbers = append(numbers, fmt.Sprint(metric.Name, text(p.Attributes, "of", "use_case", "quota", "operation",
						"class"), " ", p.Value+p.Count))
				}
			}
		}
	}
	slices.Sort(numbers)
	return spans, numbers
}

func TestTelemetry(t *testing.T) {
	fake := fakegraph.Start(t, fakegraph.WithToken(token),
		fakegraph.WithGroups(fakegraph.Group{ID: groupID, Subject: "Allotment Neighbours"}))
	usage := http.Header{"X-App-Usage": {`{"call_count":28,"total_time":25,"total_cputime":12.5}`},
		"X-Business-Use-Case-Usage": {`{"100200300":[{"type":"whatsapp_business_management","call_count":100,` +
			`"total_cputime":1,"total_time":0,"estimated_time_to_regain_access":0}]}`}}
	fake.FailNext(fakegraph.Fault{Status: 502, HTML: true}, fakegraph.Fault{Header: usage},
		fakegraph.Fault{Status: 429, Code: 4, RetryAfter: "60", Header: usage})
	stdout, stderr, err := start(t, fake.URL(), groupID, groupID, groupID, "not/an/ID")
	if stdout != "\"Allotment Neighbours\"\n" || err == nil || err.Error() != "3 of 4 groups could not be read" {
		t.Errorf("printed %q, the error is %v", stdout, err)
	}
	spans, numbers := read(t, stderr)
	const spansWant = `GetGroup attempt inner=true Error resend_count=0 status_code=502 type=unavailable
GetGroup attempt inner=true Unset resend_count=1 status_code=200
GetGroup inner=false Unset
GetGroup attempt inner=true Error resend_count=0 status_code=429 type=rate limited
GetGroup inner=false Error type=rate limited
GetGroup inner=false Error type=rate limited held back
GetGroup inner=false Error type=invalid argument`
	const numbersWant = `wagroups.attempt.duration class=ok operation=GetGroup 1
wagroups.attempt.duration class=rate limited operation=GetGroup 1
wagroups.attempt.duration class=unavailable operation=GetGroup 1
wagroups.calls class=invalid argument operation=GetGroup 1
wagroups.calls class=ok operation=GetGroup 1
wagroups.calls class=rate limited operation=GetGroup 2
wagroups.quota.usage of=100200300 quota=call_count use_case=whatsapp_business_management 1
wagroups.quota.usage of=100200300 quota=total_cputime use_case=whatsapp_business_management 0.01
wagroups.quota.usage of=100200300 quota=total_time use_case=whatsapp_business_management 0
wagroups.quota.usage of=app quota=call_count 0.28
wagroups.quota.usage of=app quota=total_cputime 0.125
wagroups.quota.usage of=app quota=total_time 0.25`
	if got := strings.Join(spans, "\n"); got != spansWant {
		t.Errorf("spans:\n%s\nwant\n%s", got, spansWant)
	}
	if got := strings.Join(numbers, "\n"); got != numbersWant {
		t.Errorf("numbers:\n%s\nwant\n%s", got, numbersWant)
	}
}

// A server that repeats the whole request in its error gets none of it into a span.
func TestNothingLeaks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Fb-Trace-Id", groupID)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":{"code":100,"message":"%s, %s"}}`, r.RequestURI, r.Header.Get("Authorization"))
	}))
	defer server.Close()
	if _, stderr, _ := start(t, server.URL, groupID); strings.Count(stderr, "[redacted]") < 2 {
		t.Errorf("the message of the server is not in\n%s", stderr)
	}
}

func TestArguments(t *testing.T) {
	if stdout, _, err := start(t, "", "--help"); err != nil || stdout != usage+"\n" {
		t.Errorf("printed %q, the error is %v", stdout, err)
	}
	if _, _, err := start(t, ""); err == nil || err.Error() != usage {
		t.Errorf("the error is %v", err)
	}
}
