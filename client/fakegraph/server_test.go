package fakegraph

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// tb records what Start does with a test.
type tb struct {
	failures []string
	cleanups []func()
}

func (tb *tb) Helper() {}
func (tb *tb) Fatalf(format string, args ...any) {
	tb.failures = append(tb.failures, fmt.Sprintf(format, args...))
}
func (tb *tb) Cleanup(f func()) { tb.cleanups = append(tb.cleanups, f) }

func TestStart(t *testing.T) {
	fake := &tb{}
	s := Start(fake, WithGroups(testGroup()))
	if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Errorf("URL %s", s.URL())
	}
	client := ownClient(t)
	wantBody(t, do(t, client, call{}.request(t, s.URL())), 200, `{"id":"`+testID+`","messaging_product":"whatsapp"}`)
	fake.cleanups[0]()
	if resp, err := client.Do(call{}.request(t, s.URL())); err == nil {
		_ = resp.Body.Close()
		t.Error("the server still responds")
	}
	if fake.failures != nil {
		t.Errorf("failures: %v", fake.failures)
	}
}

func TestStartFails(t *testing.T) {
	fake := &tb{}
	if s := Start(fake, WithToken("")); s != nil || len(fake.failures) != 1 || fake.cleanups != nil ||
		!strings.Contains(fake.failures[0], "the token is empty") {
		t.Errorf("failures: %q", fake.failures)
	}
}

// A bug of the fake fails the user's test, not only the request.
func TestStartReportsBrokenContract(t *testing.T) {
	fake := &tb{}
	s := Start(fake, WithGroups(testGroup()))
	s.groups[testID].group.JoinApprovalMode = "ask_rowan"
	send(t, s, call{path: testPath + "?fields=join_approval_mode"})
	fake.cleanups[0]()
	if len(fake.failures) != 1 || !strings.Contains(fake.failures[0], "broke the contract") {
		t.Errorf("failures: %q", fake.failures)
	}
}

// ownClient returns a client of its own, so that its connections end with the test.
func ownClient(t testing.TB) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
