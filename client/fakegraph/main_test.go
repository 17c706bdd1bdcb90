package fakegraph

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/gen"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testToken = "EAAtesttoken0123456789"
	testAgent = "allotment/1.2.3"
	testID    = "Y2FwaV9ncm91cDox"
	testPath  = "/v23.0/" + testID
)

func testGroup() Group {
	return Group{
		ID:                testID,
		Subject:           "Allotment Neighbours",
		Description:       "Seeds, water rota and the key to the shed.",
		JoinApprovalMode:  "approval_required",
		CreationTimestamp: 1735689600,
		Participants:      []Participant{{WaID: "15550100001"}, {WaID: "15550100002", Username: "rowan"}},
	}
}

// newServer returns a server with testGroup and strict headers, without a listener.
func newServer(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s, err := New(append([]Option{WithGroups(testGroup()), WithStrictHeaders()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Err(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func failNext(t testing.TB, s *Server, faults ...Fault) {
	t.Helper()
	if err := s.FailNext(faults...); err != nil {
		t.Fatal(err)
	}
}

// call is a request; its zero fields have useful defaults.
type call struct {
	method      string // GET
	path        string // of testGroup
	body        string
	contentType string // application/json for methods other than GET
	header      map[string]string
}

func (c call) request(t testing.TB, base string) *http.Request {
	t.Helper()
	if c.method == "" {
		c.method = http.MethodGet
	}
	if c.path == "" {
		c.path = testPath
	}
	req, err := http.NewRequestWithContext(t.Context(), c.method, base+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if c.contentType == "" && c.method != http.MethodGet {
		c.contentType = "application/json"
	}
	if c.contentType != "" {
		req.Header.Set("Content-Type", c.contentType)
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	req.Header.Set("User-Agent", testAgent)
	for key, value := range c.header {
		req.Header.Set(key, value)
		if value == "" {
			req.Header.Del(key)
		}
	}
	return req
}

// response is a response that was read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

func send(t testing.TB, s *Server, c call) answer {
	t.Helper()
	return do(t, s.Doer(), c.request(t, s.URL()))
}

func do(t testing.TB, client *http.Client, req *http.Request) answer {
	t.Helper()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// graphError returns the error in a response.
func (a answer) graphError(t testing.TB) gen.GraphError {
	t.Helper()
	var envelope gen.GraphErrorResponse
	dec := json.NewDecoder(bytes.NewReader([]byte(a.body)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&envelope); err != nil {
		t.Fatalf("status %d, body %q: %v", a.status, a.body, err)
	}
	return envelope.Error
}

// wantError checks status, code and a part of the message or details.
func wantError(t testing.TB, a answer, status int, code, text string) {
	t.Helper()
	e := a.graphError(t)
	if a.status != status || e.Code.String() != code {
		t.Errorf("status %d, code %s; want %d, %s: %s", a.status, e.Code, status, code, a.body)
	}
	if !strings.Contains(e.Message, text) && !strings.Contains(string(e.ErrorData), text) {
		t.Errorf("%q is not in %s", text, a.body)
	}
	if e.FbtraceID == "" || e.FbtraceID != a.header.Get("x-fb-trace-id") {
		t.Errorf("fbtrace_id %q, x-fb-trace-id %q", e.FbtraceID, a.header.Get("x-fb-trace-id"))
	}
}

func wantBody(t testing.TB, a answer, status int, body string) {
	t.Helper()
	if a.status != status || a.body != body {
		t.Errorf("status %d, body %s\nwant   %d,      %s", a.status, a.body, status, body)
	}
}

func wantGroup(t testing.TB, s *Server, want Group) {
	t.Helper()
	got, ok := s.Group(want.ID)
	if g, w := string(mustMarshal(got)), string(mustMarshal(want)); !ok || g != w {
		t.Errorf("group %s\nwant  %s", g, w)
	}
}
