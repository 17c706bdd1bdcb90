package fakegraph

import (
	"reflect"
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
		got = append(got, line{r.Number, r.Operation, r.Method, r.Path, r.ContentType, r.BodyBytes, r.Status,
			len(r.Header["Authorization"])})
	}
	want := []line{
		{1, GetGroupInfo, "GET", testPath, "", 0, 200, 0},
		{2, UpdateGroupSettings, "POST", testPath, "application/json", 32, 200, 0},
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
	s := newServer(t)
	req := call{}.request(t, s.URL())
	const more = 17
	for range keptRequests + more {
		s.record(req, GetGroupInfo, nil)
	}
	list := s.Requests()
	if len(list) != keptRequests {
		t.Fatalf("%d requests kept", len(list))
	}
	for i, r := range list {
		if r.Number != more+i+1 {
			t.Fatalf("request %d has number %d", i, r.Number)
		}
	}
}
