//go:build languages

package fakegraph

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The default clients of four languages are served alike, with the headers that they send by themselves, and those of
// two drive the control API. A program that is not installed fails this test: make check-languages names what it needs.
func TestDefaultClientsOfLanguages(t *testing.T) {
	const want = `200 {"id":"` + testID + `","messaging_product":"whatsapp","subject":"Allotment Neighbours","suspended":false}
200 {"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000001"}
200 {"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000002"}
200 {"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000003"}
200 {"success":true}
`
	const faulted = `503 {"error":{"code":2,"fbtrace_id":"Fake00000001","message":"from outside","type":"OAuthException"}}
GetGroup 503 1
`
	jpeg := testJPEG(t, 640, 640)
	photo := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(photo, jpeg, 0o600); err != nil {
		t.Fatal(err)
	}
	program := func(command ...string) func(*testing.T, string) string {
		return func(t *testing.T, target string) string {
			t.Helper()
			cmd := exec.CommandContext(t.Context(), command[0], append(command[1:], target, photo)...)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", cmd, err, out)
			}
			return string(out)
		}
	}
	for name, tt := range map[string]struct {
		run   func(*testing.T, string) string
		agent string
		first string // printed before
	}{
		"Go": {func(t *testing.T, target string) string {
			t.Helper()
			return callWithGo(t, target, jpeg)
		}, "Go-http-client/1.1", ""},
		"Python": {program("python3", "testdata/languages/client.py"), "Python-urllib/", faulted},
		"Node":   {program("node", "testdata/languages/client.mjs"), "", faulted},
		"curl":   {program("sh", "testdata/languages/client.sh"), "curl/", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := Start(t, WithGroups(testGroup()), WithControl())
			if got := tt.run(t, s.URL()+testPath); got != tt.first+want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.first+want)
			}
			list := s.Requests()
			for i, op := range []string{GetGroup, UpdateGroup, UpdateGroup, SetGroupPhoto, DeleteGroup} {
				if i >= len(list) || list[i].Op != op || !strings.HasPrefix(list[i].Header.Get("User-Agent"), tt.agent) {
					t.Errorf("request %d of %d is not a %s by %s", i, len(list), op, tt.agent)
				}
			}
		})
	}
}

func callWithGo(t *testing.T, target string, jpeg []byte) string {
	t.Helper()
	var out bytes.Buffer
	call := func(method, query, contentType, body string) {
		req, err := http.NewRequestWithContext(t.Context(), method, target+query, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer any-token")
		if contentType != "" {
			req.Header.Set("Content-Type", contentType)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%d %s\n", resp.StatusCode, text)
	}
	defer http.DefaultClient.CloseIdleConnections()
	upload := form(t, productPart, part{partFile, "image/jpeg", string(jpeg)})
	call("GET", "?"+url.Values{"fields": {"subject,suspended"}}.Encode(), "", "")
	call("POST", "", mediaJSON, `{"messaging_product":"whatsapp","subject":"Shed"}`)
	call("POST", "", mediaForm, url.Values{"messaging_product": {"whatsapp"}, "description": {"A & B"}}.Encode())
	call("POST", "", upload.contentType, upload.body)
	call("DELETE", "", "", "")
	return out.String()
}
