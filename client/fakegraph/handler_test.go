package fakegraph

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestParametersAreChecked(t *testing.T) {
	const agent = "User-Agent: string doesn't match the regular expression"
	tests := []struct {
		name string
		call call
		text string
	}{
		{"version", call{path: "/23.0/" + testID}, "Version: string doesn't match the regular expression"},
		{"id", call{path: "/v23.0/a.b"}, "group_id: string doesn't match the regular expression"},
		{"id, dots", call{path: "/v23.0/.."}, "group_id: string doesn't match"},
		{"id, escaped slash", call{path: "/v23.0/a%2Fb"}, "group_id: string doesn't match"},
		{"id, long", call{path: "/v23.0/" + strings.Repeat("a", 257)}, "group_id: maximum string length is 256"},
		{"agent with v", call{header: map[string]string{"User-Agent": "allotment/v1.2.3"}}, agent},
	}
	for _, tt := range tests {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				tt.call.method = method
				wantError(t, send(t, newServer(t), tt.call), 400, "100", tt.text)
			})
		}
	}
}

// What the default clients of other languages send is served, unless headers are strict.
func TestLenientByDefault(t *testing.T) {
	none := map[string]string{"Content-Type": ""}
	tests := []struct {
		name   string
		call   call
		strict int // the status with strict headers
	}{
		{"Go", call{header: map[string]string{"User-Agent": "Go-http-client/1.1"}}, 400},
		{"Node", call{header: map[string]string{"User-Agent": "node"}}, 400},
		{"Python", call{header: map[string]string{"User-Agent": "Python-urllib/3.13"}}, 400},
		{"curl", call{header: map[string]string{"User-Agent": "curl/8.5.0"}}, 200},
		{"two products", call{header: map[string]string{"User-Agent": "a-b/0.1.0;go=1.26.0 allotment/1.2"}}, 200},
		{"DELETE without a type", call{method: "DELETE", header: none}, 400},
		{"DELETE with another type", call{method: "DELETE", contentType: "text/plain"}, 400},
		{"encoded comma", call{path: testPath + "?fields=subject%2Cid%2csuspended"}, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lenient, err := New(WithGroups(testGroup()))
			if err != nil {
				t.Fatal(err)
			}
			if a := send(t, lenient, tt.call); a.status != 200 {
				t.Errorf("lenient: %d %s", a.status, a.body)
			}
			if a := send(t, newServer(t), tt.call); a.status != tt.strict {
				t.Errorf("strict: %d %s", a.status, a.body)
			}
			if err := errors.Join(lenient.Close(), lenient.Err()); err != nil {
				t.Error(err)
			}
		})
	}
	s := newServer(t)
	req := call{}.request(t, s.URL())
	req.Header["User-Agent"] = []string{""} // then none is sent, and strict headers demand none
	if a := do(t, s.Doer(), req); a.status != 200 || s.Requests()[0].Header.Get("User-Agent") != "" {
		t.Errorf("no User-Agent: %s", a.body)
	}
}

func TestBodyLimits(t *testing.T) {
	s := newServer(t)
	large := strings.Repeat(" ", maxBody) + "{}"
	for _, method := range []string{"GET", "POST", "DELETE"} {
		a := send(t, s, call{method: method, body: large, contentType: "application/json"})
		wantError(t, a, 413, "100", "body: larger than 1048576 bytes")
	}
	chunked := call{method: "POST"}.request(t, s.URL())
	chunked.Body, chunked.ContentLength = io.NopCloser(strings.NewReader(large)), -1
	wantError(t, do(t, s.Doer(), chunked), 413, "100", "body: larger than 1048576 bytes")

	huge := form(t, part{"file", "image/jpeg", string(make([]byte, 5<<20+multipartOverhead))})
	wantError(t, send(t, s, huge), 413, "100", "body: larger than 5308416 bytes")
	endless := huge.request(t, s.URL())
	endless.ContentLength = -1
	wantError(t, do(t, s.Doer(), endless), 411, "100", "Content-Length")
	wantGroup(t, s, testGroup())
}

func TestChunkedBodies(t *testing.T) {
	s := newServer(t)
	text := call{method: "POST", body: `{"messaging_product":"whatsapp","subject":"Shed"}`}.request(t, s.URL())
	text.ContentLength = -1
	wantBody(t, do(t, s.Doer(), text), 200, `{"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000001"}`)

	photo := form(t, part{"file", "image/jpeg", string(testJPEG(t, 200, 200))}).request(t, s.URL())
	photo.ContentLength = -1
	wantError(t, do(t, s.Doer(), photo), 411, "100", "a multipart request needs a Content-Length")
	if _, ok := s.Photo(testID); ok {
		t.Error("the photo was kept")
	}
}

// Nothing that a client can send makes the fake panic, respond with anything but a Graph error, or break its own
// contract.
func FuzzHandler(f *testing.F) {
	f.Add("GET", testPath, "fields=subject", "", "")
	f.Add("POST", testPath, "", "application/json", `{"messaging_product":"whatsapp","subject":"Shed"}`)
	f.Add("POST", testPath, "", mediaForm, `messaging_product=whatsapp&description=`)
	f.Add("POST", testPath, "", "multipart/form-data; boundary=b",
		"--b\r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--b--")
	f.Add("DELETE", "/v23.0//", "%", "multipart/form-data", "{}")
	f.Fuzz(func(t *testing.T, method, path, query, contentType, body string) {
		s := newServer(t)
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", strings.NewReader(body))
		r.Method, r.URL.Path, r.URL.RawQuery = method, path, query
		r.Header.Set("Authorization", "Bearer "+testToken)
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			a := answer{w.Code, w.Header(), w.Body.String()}
			wantError(t, a, w.Code, a.graphError(t).Code.String(), "")
		}
		if err := s.Err(); err != nil || w.Code >= 500 {
			t.Errorf("status %d, error %v", w.Code, err)
		}
	})
}

// A body that ends before its announced length must change nothing.
func TestCutOffRequest(t *testing.T) {
	s := newServer(t)
	req := call{method: "POST"}.request(t, s.URL())
	req.Body = io.NopCloser(bytes.NewReader([]byte(`{"messaging_product":"whatsapp","subject":"Shed"}`)))
	req.ContentLength = 1000
	if resp, err := s.Doer().Do(req); err == nil {
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			t.Error("half a request was accepted")
		}
	}
	wantGroup(t, s, testGroup())
}
