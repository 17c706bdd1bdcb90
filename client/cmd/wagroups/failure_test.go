package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestExitCodes(t *testing.T) {
	get := []string{"get", testID}
	update := []string{"update", testID, "--subject", "x"}
	remove := []string{"delete", testID, "--yes"}
	const lookFirst = "; it may have been carried out: look with 'wagroups get' before you repeat it"
	for name, c := range map[string]struct {
		fault fakegraph.Fault
		args  []string
		code  int
		line  string
	}{
		"not found": {
			fakegraph.Fault{}, []string{"get", "Zunknown"}, exitNotFound,
			"GetGroup: group not found: (#131041) Group does not exist or is not accessible: There is no such group, or this " +
				"business is not a member of it. (HTTP status 400, code 131041, trace id Fake00000001)" +
				"; check the id, and whether your business is in the group",
		},
		"unauthorized": {
			fakegraph.Fault{Status: 401, Code: 190, Message: "Session of " + testToken + " has expired"}, get, exitUnauthorized,
			"GetGroup: unauthorized: Session of [redacted] has expired (HTTP status 401, code 190, trace id Fake00000001)" +
				"; set WHATSAPP_ACCESS_TOKEN to a valid token, and WHATSAPP_APP_SECRET if the app requires proofs",
		},
		"forbidden": {
			fakegraph.Fault{Code: 131207, Message: "Group " + testID + "\nis suspended"}, update, exitUnauthorized,
			"UpdateGroup: forbidden: Group [redacted] is suspended (HTTP status 400, code 131207, trace id Fake00000001)" +
				"; check what the token in WHATSAPP_ACCESS_TOKEN may do, and whether the group is suspended",
		},
		"rate limited": {
			fakegraph.Fault{Code: 4, Message: "Slow down", RetryAfter: "3600"}, get, exitRateLimited,
			"GetGroup: rate limited: Slow down (HTTP status 400, code 4, retry after 1h0m0s, trace id Fake00000001)" +
				"; wait 1h0m0s before the next call",
		},
		"unavailable": {
			fakegraph.Fault{Status: 503, Code: 2, Message: "Down", Times: 3}, get, exitUnavailable,
			"GetGroup: unavailable: Down (HTTP status 503, code 2, 3 attempts, trace id Fake00000003); try again later",
		},
		"unavailable, a change": {
			fakegraph.Fault{Status: 503, Code: 2, Message: "Down"}, update, exitUnavailable,
			"UpdateGroup: unavailable: Down (HTTP status 503, code 2, trace id Fake00000001)" + lookFirst,
		},
		"unavailable, a deletion": {
			fakegraph.Fault{Status: 503, Code: 2, Message: "Down", Times: 3}, remove, exitUnavailable,
			"DeleteGroup: unavailable: Down (HTTP status 503, code 2, 3 attempts, trace id Fake00000003)" + lookFirst,
		},
		"ambiguous": {
			fakegraph.Fault{DropAfter: true}, update, exitUnavailable, "UpdateGroup: outcome unknown: EOF" + lookFirst,
		},
		"ambiguous, broken answer": {
			fakegraph.Fault{HTML: true}, update, exitUnavailable,
			"UpdateGroup: outcome unknown: invalid character '<' looking for beginning of value (HTTP status 200, " +
				"text/html; charset=utf-8, trace id Fake00000001)" + lookFirst,
		},
		"malformed": {
			fakegraph.Fault{HTML: true, Times: 3}, get, exitOther,
			"GetGroup: malformed response: invalid character '<' looking for beginning of value (HTTP status 200, " +
				"text/html; charset=utf-8, 3 attempts, trace id Fake00000003)",
		},
		"invalid request": {
			fakegraph.Fault{Code: 100, Message: "No"}, update, exitOther,
			"UpdateGroup: invalid request: No (HTTP status 400, code 100, trace id Fake00000001)",
		},
		"partial": {
			fakegraph.Fault{Status: 206, Code: 131201, Message: "In part"}, update, exitOther,
			"UpdateGroup: partially carried out: In part (HTTP status 206, code 131201, trace id Fake00000001)" +
				"; look with 'wagroups get' at what was carried out",
		},
		"redirect": {
			fakegraph.Fault{Status: 302, Header: http.Header{"Location": {"https://example.com/" + testID}}}, get, exitOther,
			"GetGroup: unknown failure: the server redirects, which is not followed (HTTP status 302, trace id Fake00000001)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake, w := startFake(t)
			if c.fault.Status+c.fault.Code != 0 || c.fault.DropAfter || c.fault.HTML {
				fake.FailNext(c.fault)
			}
			w.expectFailure(t, c.code, "wagroups: "+c.line, c.args...)
			if n := fake.PendingFaults(); n != 0 {
				t.Errorf("%d faults did not happen", n)
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	fake, w := startFake(t, fakegraph.WithAppSecret(testSecret))
	w.expectFailure(t, exitUnauthorized, "wagroups: GetGroup: unauthorized: API calls from the server require an "+
		"appsecret_proof argument (HTTP status 400, code 100, trace id Fake00000001); set "+
		"WHATSAPP_ACCESS_TOKEN to a valid token, and WHATSAPP_APP_SECRET if the app requires proofs", "get", testID)
	w.env[envAppSecret] = testSecret
	w.expect(t, "Group  "+testID+"\n", "get", testID, "--fields", "id")

	sent := len(fake.Requests())
	w.env[envToken] = testToken + "\n"
	w.expectFailure(t, exitUsage,
		"wagroups: WHATSAPP_ACCESS_TOKEN: must be printable ASCII without spaces; character 26 is not", "get", testID)
	w.env[envToken] = ""
	for _, args := range [][]string{
		{"get", testID}, {"update", testID, "--subject", "x"}, {"photo", testID, "-"}, {"delete", testID, "--yes"},
	} {
		w.expectFailure(t, exitUnauthorized, "wagroups: no access token: set WHATSAPP_ACCESS_TOKEN", args...)
	}
	if len(fake.Requests()) != sent {
		t.Error("a request was sent")
	}
}

func TestServerFlags(t *testing.T) {
	fake, w := startFake(t)
	w.env[envBaseURL] = "https://user:" + testSecret + "@example.com"
	w.expectFailure(t, exitUsage, "wagroups: --base-url or WAGROUPS_BASE_URL: must not contain a user name or password",
		"get", testID)
	w.expectFailure(t, exitUsage, "wagroups: --base-url or WAGROUPS_BASE_URL: must start with https://, or with http:// "+
		"for a loopback address", "get", testID, "--base-url", "")
	w.expect(t, "Group  "+testID+"\n", "get", testID, "--fields=id", "--base-url", fake.URL(), "--api-version", "v25.0")
	if path := fake.Requests()[0].Path; path != "/v25.0/"+testID {
		t.Errorf("the path was %s", path)
	}
	w.expectFailure(t, exitUsage, "wagroups: --api-version: must look like v23.0: a v, a number, a dot and a number",
		"get", testID, "--api-version", "23", "--base-url", fake.URL())
	w.expectFailure(t, exitUsage, "wagroups: --timeout: must not be negative", "get", testID, "--timeout=-1s",
		"--base-url", fake.URL())
	fake.FailNext(fakegraph.Fault{Stall: true})
	w.expectFailure(t, exitUnavailable, "wagroups: GetGroup: unavailable: context deadline exceeded; try again later",
		"get", testID, "--timeout", "50ms", "--base-url", fake.URL())
	// The usage repeats defaults; the password of the environment is none. The helper looks for it.
	w.run(t, "get")

	closed := httptest.NewServer(nil)
	closed.Close()
	code, _, errOut := w.run(t, "get", testID, "--base-url", closed.URL)
	if code != exitUnavailable {
		t.Errorf("no server: exit code %d, %s", code, errOut)
	}
}

// Ctrl-C while the server thinks.
func TestInterrupt(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		line string
	}{
		{[]string{"get", testID}, exitOther, "interrupted; nothing was changed"},
		{
			[]string{"update", testID, "--subject", "x"}, exitUnavailable, "UpdateGroup: outcome unknown: context canceled; " +
				"it may have been carried out: look with 'wagroups get' before you repeat it",
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // net/http notices only then that the client goes away
			cancel()
			<-r.Context().Done()
		}))
		w := world{ctx: ctx, env: map[string]string{envToken: testToken, envBaseURL: server.URL}}
		w.expectFailure(t, c.code, "wagroups: "+c.line, c.args...)
		server.Close()
		// Before anything was sent, a change is certain not to have happened.
		w.expectFailure(t, exitOther, "wagroups: interrupted; nothing was changed", c.args...)
	}
}
