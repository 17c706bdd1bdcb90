package fakegraph

import (
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestRequests(t *testing.T) {
	s := newServer(t)
	send(t, s, call{path: testPath + "?fields=subject&appsecret_proof=abc&appsecret_time=1&access_token=def"})
	send(t, s, call{method: "POST", body: `{"messaging_product":"whatsapp"}`})
	send(t, s, call{method: "DELETE", path: "/v23.0/a%2Eb"})
	send(t, s, call{path: "/v23.0"})

	type line struct {
		number                    int
		operation, method, path   string
		contentType               string
		bodyBytes, status, tokens int
	}
	var got []line
	for _, r := range s.Requests() {
		got = append(got, line{r.Number, r.Op, r.Method, r.Path, r.ContentType, r.BodyBytes, r.Status,
			len(r.Header["Authorization"])})
	}
	want := []line{
		{1, GetGroup, "GET", testPath, "", 0, 200, 0},
		{2, UpdateGroup, "POST", testPath, "application/json", 32, 200, 0},
		{3, DeleteGroup, "DELETE", "/v23.0/a%2Eb", "application/json", 0, 400, 0},
		{4, "", "GET", "/v23.0", "", 0, 400, 0},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	first := s.Requests()[0]
	if q := first.Query.Encode(); q !=
		"access_token=%5Bredacted%5D&appsecret_proof=%5Bredacted%5D&appsecret_time=1&fields=subject" {
		t.Errorf("query %s", q)
	}
	if first.Header.Get("User-Agent") != testAgent {
		t.Errorf("header %v", first.Header)
	}
	first.Header.Set("User-Agent", "changed")
	first.Query["fields"][0] = "changed"
	again := s.Requests()[0]
	if again.Header.Get("User-Agent") != testAgent || again.Query.Get("fields") != "subject" {
		t.Error("Requests returned its own memory")
	}
}

func TestRequestsAreBounded(t *testing.T) {
	header := http.Header{"X-Large": {strings.Repeat("x", 1<<19)}}
	huge := strings.Repeat("x", 4<<20)
	for _, tt := range []struct {
		name       string
		path       string
		header     http.Header
		sent, kept int
	}{
		{"number", testPath, nil, keptEntries + 17, keptEntries},
		{"bytes", testPath, header, 100, 31},
		{"path of 1 MiB", "/" + huge[:1<<20], nil, 260, 256},
		{"header of 4 MiB", testPath, http.Header{"X-Large": {huge}}, 40, 40},
		{"query of 4 MiB", testPath + "?x=" + huge, nil, 40, 40},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			req := call{path: tt.path}.request(t, s.URL())
			maps.Copy(req.Header, tt.header)
			query := req.URL.Query()
			for range tt.sent {
				s.record(req, GetGroup, query, secrets{})
			}
			list, bytes := s.Requests(), 0
			for i, r := range list {
				bytes += len(r.Path) + sizeOf(r.Query) + sizeOf(r.Header)
				if r.Number != tt.sent-tt.kept+i+1 {
					t.Fatalf("request %d has number %d", i, r.Number)
				}
			}
			if len(list) != tt.kept || bytes > keptBytes {
				t.Errorf("%d requests of %d bytes kept", len(list), bytes)
			}
		})
	}
}
