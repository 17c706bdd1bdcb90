package conformance

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// The tests in this file show that the table can fail: a gate that lets everything pass looks just as green.

func TestConformanceFindsWrongExpectations(t *testing.T) {
	tests := []struct {
		name, operation, data string
		want                  []string
	}{
		{"nothing wrong", "GetGroup", `"faults": [{"status": 503}],
			"want": {"outcome": "success", "attempts": 2, "takes": ["0s", "50ms"]}`, nil},
		{"attempts", "GetGroup", `"options": {"max_attempts": 1}, "faults": [{"status": 503}],
			"want": {"outcome": "ErrUnavailable", "status": 503, "attempts": 2}`, []string{
			"attempts in CallInfo: got 1, want 2", "attempts that the observer saw: got 1, want 2",
			"attempts in the log: got 1, want 2", "requests at the server: got 1, want 2",
			"error: got {Attempts:1 Status:503 Code:0 Subcode:0 RetryAfter:0s}, want {Attempts:2 Status:503",
		}},
		{"outcome", "GetGroup", `"faults": [{"status": 400, "code": 190}],
			"want": {"outcome": "ErrForbidden", "attempts": 1, "status": 400, "code": 190}`, []string{
			`outcome: got "ErrUnauthorized" (wagroups: GetGroup: unauthorized`,
		}},
		{"success", "DeleteGroup", `"faults": [{"status": 400, "code": 190}],
			"want": {"outcome": "success", "attempts": 1, "status": 400, "executed": false}`, []string{
			`outcome: got "ErrUnauthorized" (wagroups: DeleteGroup`,
			"error: got {Attempts:1 Status:400 Code:190",
		}},
		{"status and code", "GetGroup", `"faults": [{"status": 400, "code": 100}],
			"want": {"outcome": "ErrInvalidRequest", "attempts": 1, "status": 422, "code": 33}`, []string{
			"status in CallInfo: got 400, want 422", "error: got {Attempts:1 Status:400 Code:100",
		}},
		{"hint", "GetGroup", `"faults": [{"status": 429, "retry_after": "60"}],
			"want": {"outcome": "ErrRateLimited", "attempts": 1, "status": 429, "retry_after": "61s"}`, []string{
			"error: got {Attempts:1 Status:429 Code:0 Subcode:0 RetryAfter:1m0s}, want",
		}},
		{"time", "GetGroup", `"faults": [{"delay": "2s"}],
			"want": {"outcome": "success", "attempts": 1, "takes": ["0s", "1s"]}`, []string{
			"time: got 2s, want 0s to 1s",
		}},
		{"executed", "UpdateGroup", `"faults": [{"drop": "after the change"}],
			"want": {"outcome": "ErrAmbiguous", "attempts": 1, "executed": false}`, []string{
			"executed: got true, want false",
		}},
		{"repeated", "DeleteGroup", `"faults": [{"drop": "after the change"}],
			"want": {"outcome": "success", "attempts": 2, "status": 400, "takes": ["0s", "50ms"]}`, []string{
			"repeated: got true, want false",
		}},
		{"context", "GetGroup", `"options": {"deadline": "1s"}, "faults": [{"stall": true}],
			"want": {"outcome": "ErrUnavailable", "attempts": 1, "takes": ["1s", "1s"]}`, []string{
			"matches DeadlineExceeded: true",
		}},
		{"text", "GetGroup", `"faults": [{"status": 400, "code": 100}],
			"want": {"outcome": "ErrInvalidRequest", "attempts": 1, "status": 400, "code": 100, "says": "nonsense"}`,
			[]string{`does not say "nonsense"`}},
		{"a fault that does not happen", "UpdateGroup", `"faults": [{"status": 503, "times": 2}],
			"want": {"outcome": "ErrUnavailable", "attempts": 1, "status": 503, "executed": false}`, []string{
			"1 faults did not happen",
		}},
		{"a refused connection that does not happen", "UpdateGroup", `"faults": [{"connection": "refused", "times": 4}],
			"want": {"outcome": "ErrNotSent", "attempts": 3, "requests": 0, "takes": ["0s", "150ms"]}`, []string{
			"1 faults did not happen",
		}},
		{"a success without the change", "UpdateGroup", `"faults": [{"body": "{}"}],
			"want": {"outcome": "success", "attempts": 1, "executed": false}`, []string{
			"success was reported, and nothing has happened",
		}},
		{"a refusal with the change", "UpdateGroup", `"faults": [{"status": 400, "code": 100, "executed": true}],
			"want": {"outcome": "ErrInvalidRequest", "attempts": 1, "status": 400, "code": 100,
			"executed": true}`, []string{
			"a refusal was reported, and the change is there",
		}},
		{"the second call", "GetGroup", `"want": {"outcome": "success", "attempts": 1},
			"then": [{"after": "1s", "want": {"outcome": "success", "attempts": 3}}]`, []string{
			"then, call 1: attempts in CallInfo: got 1", "then, call 1: attempts that",
			"then, call 1: attempts in the log", "then, call 1: requests at the server",
		}},
	}
	for _, tt := range tests {
		topic, err := parseTopic([]byte(`{"topic": "t", "about": "a", "cases": [{"name": "n", "why": "w", "operations": ["` +
			tt.operation + `"], ` + tt.data + `}]}`))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		for _, p := range protocols {
			t.Run(tt.name+"/"+p.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					got := topic.Cases[0].cells()[0].run(p.major)
					same := slices.EqualFunc(got, tt.want, strings.Contains)
					if !same {
						t.Errorf("problems %q\nwant     %q", got, tt.want)
					}
				})
			})
		}
	}
}

func TestConformanceFindsBadData(t *testing.T) {
	const head = `{"topic": "t", "about": "a", "cases": [{"name": "n", "why": "w", "operations": ["UpdateGroup"], `
	tests := []struct{ name, data, want string }{
		{"unknown key", head + `"wants": {}}]}`, `unknown field "wants"`},
		{"unknown key of a fault", head + `"faults": [{"stutter": true}]}]}`, `unknown field "stutter"`},
		{"unknown outcome", head + `"want": {"outcome": "ErrOops"}}]}`, `unknown outcome "ErrOops"`},
		{"no outcome", head + `"want": {"attempts": 1}}]}`, `unknown outcome ""`},
		{"open whether it happened", head + `"want": {"outcome": "ErrAmbiguous"}}]}`, "the case has to say it"},
		{"codes alone", head + `"codes": [1], "want": {"outcome": "success"}}]}`, "codes need statuses"},
		{"two files in one", `{"topic": "t", "about": "a", "cases": []} {}`, "something follows"},
		{"nothing", `{}`, "a topic needs"},
		{"no reason", `{"topic": "t", "about": "a", "cases": [{"name": "n", "operations": ["GetGroup"]}]}`, "a case needs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parseTopic([]byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestConformanceFindsOpenConnections(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newCellNet(p.major, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = w.Write([]byte("more"))
					_ = http.NewResponseController(w).Flush()
					<-r.Context().Done()
				}))
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, clienttest.PipeURL, nil)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := n.transport.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				if left := n.close(); left != 1 {
					t.Errorf("%d connections found open, want 1", left)
				}
				_ = resp.Body.Close()
			})
		})
	}
}
