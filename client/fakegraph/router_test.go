package fakegraph

import (
	"slices"
	"strings"
	"testing"
)

func TestUnknownPaths(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{
		"/", "/v23.0", "/v23.0/", "//" + testID, "/v23.0//" + testID, testPath + "/", testPath + "/participants",
		"/v23.0/../" + testID, "/./v23.0/" + testID,
	} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			wantError(t, send(t, s, call{method: method, path: path}), 400, "2500", "Unknown path components: "+path)
		}
	}
	long := "/" + strings.Repeat("a/", 500)
	wantError(t, send(t, s, call{path: long}), 400, "2500", "Unknown path components: "+long[:200]+"...")
	if op := s.Requests()[0].Op; op != "" {
		t.Errorf("operation %s", op)
	}
}

func TestUnknownMethods(t *testing.T) {
	s := newServer(t)
	for _, method := range []string{"PUT", "PATCH", "OPTIONS", "BREW"} {
		a := send(t, s, call{method: method})
		wantError(t, a, 405, "100", "Unsupported "+method+" request.")
		allowed := a.header.Values("Allow")
		if slices.Sort(allowed); !slices.Equal(allowed, []string{"DELETE", "GET", "POST"}) {
			t.Errorf("Allow: %v", allowed)
		}
	}
	if a := send(t, s, call{method: "HEAD"}); a.status != 405 || a.body != "" {
		t.Errorf("HEAD: %d %s", a.status, a.body)
	}
}

// Generated code that has more than the contract is found when the server is made.
func TestRouterNeedsContract(t *testing.T) {
	c, err := newContract(withoutDelete(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newRouter(&Server{contract: c}); err == nil ||
		err.Error() != "fakegraph: the generated code has DELETE /{Version}/{group_id}, the contract has not" {
		t.Errorf("got %v", err)
	}
}
