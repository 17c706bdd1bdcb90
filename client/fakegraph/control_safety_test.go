package fakegraph

import (
	"net/http"
	"strings"
	"testing"
)

// No web page may run, frame or reuse what comes from here, or write to it; a listener is guarded as Graph's part is.
func TestControlIsSafeInBrowsers(t *testing.T) {
	s := newServer(t, WithControl())
	s.groups[testID].photo = testJPEG(t, 200, 200)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, method, path string
		host               string
		header             map[string]string
		status             int
	}{
		{"page", "GET", "/_fake/", "", nil, 200},
		{"script", "GET", "/_fake/page.js", "", nil, 200},
		{"not of the page", "GET", "/_fake/openapi.yml", "", nil, 404},
		{"rebound", "GET", "/_fake/state", "attacker.example", nil, 421},
		{"form post", "POST", "/_fake/reset", "", map[string]string{"Origin": "https://attacker.example"}, 403},
		{"cross-site", "DELETE", "/_fake/groups/" + testID, "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"form", "POST", "/_fake/faults", "", map[string]string{"Content-Type": "text/plain"}, 400},
		{"photo", "GET", "/_fake/groups/" + testID + "/photo", "", nil, 200},
		{"without a slash", "GET", "/_fake", "", nil, 307},
	} {
		req := call{method: tt.method, path: tt.path, header: tt.header}.request(t, s.URL())
		req.Host = tt.host
		own := ownClient(t)
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		a := do(t, own, req)
		if a.status != tt.status {
			t.Errorf("%s: status %d: %s", tt.name, a.status, cut(a.body))
		}
		if a.status >= 400 && !strings.Contains(a.body, `"rule":`) {
			t.Errorf("%s: %s", tt.name, cut(a.body))
		}
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") ||
			strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") ||
			a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: header %v", tt.name, a.header)
		}
	}
	wantGroup(t, s, testGroup())
}
