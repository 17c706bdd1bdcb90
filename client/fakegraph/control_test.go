package fakegraph

import (
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

func documentOfControl(t testing.TB) routers.Router {
	t.Helper()
	text, err := os.ReadFile("internal/control/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, decode := range []string{"image/jpeg", "application/yaml"} {
		openapi3filter.RegisterBodyDecoder(decode, openapi3filter.FileBodyDecoder)
	}
	return router
}

// outside sends a request to the control API as a program in another language does, and holds what was sent and what
// came back to the document: what succeeds has to fit, and every refusal has its form.
func outside(t testing.TB, s *Server, document routers.Router, method, path, body string) answer {
	t.Helper()
	media := mediaJSON
	if strings.HasPrefix(body, "\xff\xd8") || strings.HasSuffix(path, "/photo") {
		media = "image/jpeg"
	}
	request := func() *http.Request {
		req, err := http.NewRequestWithContext(t.Context(), method, "http://localhost/_fake"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body != "" {
			req.Header.Set("Content-Type", media)
		}
		return req
	}
	a := do(t, s.Doer(), request())
	req := request()
	req.URL.Scheme, req.URL.Host = "", ""
	route, params, err := document.FindRoute(req)
	if err != nil {
		if a.status != http.StatusNotFound {
			t.Errorf("%s %s: status %d, but %v", method, path, a.status, err)
		}
		return a
	}
	input := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route}
	if a.status < 300 {
		if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil {
			t.Errorf("%s %s was taken, but %v", method, path, err)
		}
	}
	input.Request = request()
	if err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: a.status, Header: a.header, Body: io.NopCloser(strings.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
	}
	return a
}

// Each row is an exchange with one server; they build on each other.
func TestControl(t *testing.T) {
	s := newServer(t, WithControl())
	document := documentOfControl(t)
	jpeg := string(testJPEG(t, 200, 200))
	photo := base64.StdEncoding.EncodeToString([]byte(jpeg))
	const missing = `{"field":"group","rule":"there is no such group"}`
	whole := strings.TrimSuffix(string(mustMarshal(testGroup())), "}")
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		want                     string // in the response
	}{
		{"health", "GET", "/health", "", 200, `{"api_version":"` + s.contract.documented + `","status":"ok","webhook":false}`},
		{"document", "GET", "/openapi.yaml", "", 200, "openapi: 3.0.3"},
		{"no route", "GET", "/group", "", 404, `{"field":"path","rule":"there is no such path"}`},
		{"no method", "PATCH", "/groups", "", 404, `no such method and path`},
		{"groups", "GET", "/groups", "", 200, `"subject":"Allotment Neighbours"`},
		{"group", "GET", "/groups/" + testID, "", 200, `"username":"rowan"`},
		{"unknown group", "GET", "/groups/none", "", 404, missing},
		{"put", "PUT", "/groups/new", `{"subject":"Shed","participants":[{"wa_id":"1"}]}`, 200, `"id":"new"`},
		{"put its ID", "PUT", "/groups/new", `{"id":"new","suspended":true}`, 200, `{"id":"new","suspended":true}`},
		{"another ID", "PUT", "/groups/new", `{"id":"other"}`, 400, `{"field":"id","rule":"must be that of the path"}`},
		{"ID of no group", "PUT", "/groups/a%20b", `{}`, 400, `{"field":"id","rule":"string doesn't match`},
		{"unknown key", "PUT", "/groups/new", `{"name":"x"}`, 400, `{"field":"name","rule":"there is no such key"}`},
		{"two equal keys", "PUT", "/groups/new", `{"subject":"x","participants":[{"wa_id":"1","wa_id":"2"}]}`, 400, `{"field":"wa_id","rule":"is there twice"}`},
		{"a key of another", "PUT", "/groups/new", `{"participants":[{"wa_id":"wa_id"},{"wa_id":"1"}]}`, 200, `{"wa_id":"1"}`},
		{"no member", "PUT", "/groups/new", `{"participants":[{}]}`, 400, `{"field":"participants.0","rule":"neither wa_id`},
		{"another type", "PUT", "/groups/new", `{"subject":7}`, 400, `{"field":"subject","rule":"value must be a string"}`},
		{"a rule", "PUT", "/groups/new", `{"subject":"` + strings.Repeat("x", 129) + `"}`, 400, `{"field":"subject","rule":"maximum string length is 128"}`},
		{"a large number", "PUT", "/groups/new", `{"creation_timestamp":1e300}`, 400, `"field":"creation_timestamp"`},
		{"no JSON", "PUT", "/groups/new", `{`, 400, `{"field":"body","rule":"not valid JSON"}`},
		{"no photo", "GET", "/groups/new/photo", "", 404, `"field":"photo"`},
		{"photo", "PUT", "/groups/new/photo", jpeg, 204, ""},
		{"photo of no group", "PUT", "/groups/none/photo", jpeg, 404, missing},
		{"text as a photo", "PUT", "/groups/new/photo", "text", 400, `{"field":"photo","rule":"not a JPEG"}`},
		{"large photo", "PUT", "/groups/new/photo", strings.Repeat("x", 5<<20+2), 413, "at most"},
		{"photo again", "GET", "/groups/new/photo", "", 200, jpeg},
		{"photo stays", "PUT", "/groups/new", `{"subject":"Plot 7"}`, 200, `"subject":"Plot 7"`},
		{"photos", "GET", "/groups", "", 200, `"photos":{"new":"`},
		{"state", "GET", "/state", "", 200, `"subject":"Plot 7"`},
		{"state with photo", "GET", "/state", "", 200, `"photo":"` + photo},
		{"photo in a group", "PUT", "/groups/inline", `{"photo":"` + photo + `"}`, 200, `{"id":"inline"}`},
		{"bad photo in a group", "PUT", "/groups/inline", `{"photo":"eA=="}`, 400, `"field":"photo"`},
		{"delete", "DELETE", "/groups/inline", "", 204, ""},
		{"delete again", "DELETE", "/groups/inline", "", 404, missing},
		{"no faults", "GET", "/faults", "", 200, `{"faults":[]}`},
		{"fault", "POST", "/faults", `{"op":"UpdateGroup","times":2,"status":429,"code":4,"retry_after":"1","delay":"1.5s"}`, 200, `{"faults":[{"fault":{"code":4,"delay":"1.5s","op":"UpdateGroup","retry_after":"1","status":429,"times":2},"id":1}]}`},
		{"list of faults", "POST", "/faults", `[{},{"stall":true}]`, 200, `{"faults":[{"fault":{"times":1},"id":2},{"fault":{"stall":true,"times":1},"id":3}]}`},
		{"cancel", "DELETE", "/faults/2", "", 204, ""},
		{"cancel again", "DELETE", "/faults/2", "", 404, `"field":"fault"`},
		{"cancel nonsense", "DELETE", "/faults/x", "", 400, `{"field":"id","rule":"must be a whole number"}`},
		{"unknown operation", "POST", "/faults", `{"op":"CreateGroup"}`, 400, `{"field":"op","rule":"\"CreateGroup\" is not one of`},
		{"unknown key of a fault", "POST", "/faults", `{"Status":429}`, 400, `{"field":"Status","rule":"there is no such key"}`},
		{"unknown key of one of two", "POST", "/faults", `[{},{"webhook":{"x":1}}]`, 400, `{"field":"1.webhook.x","rule":"there is no such key"}`},
		{"list in a list", "POST", "/faults", `[{},[{}]]`, 400, `{"field":"1","rule":"value must be an object"}`},
		{"key twice", "POST", "/faults", `[{"op":"GetGroup","op":"DeleteGroup"}]`, 400, `{"field":"op","rule":"is there twice"}`},
		{"trailing text", "POST", "/faults", `{}{}`, 400, `{"field":"body","rule":"not valid JSON"}`},
		{"exponent", "POST", "/faults", `{"times":1e3}`, 400, `{"field":"times","rule":"number 1e3 is out of range, or has`},
		{"day", "POST", "/faults", `{"date":"2026-01-01"}`, 400, `{"field":"date","rule":"string doesn't match the format \"date-time\""}`},
		{"one wrong of two", "POST", "/faults", `[{},{"times":-1}]`, 400, `{"field":"1.times","rule":"must not be negative"}`},
		{"type of one of two", "POST", "/faults", `[{},{"times":"x"}]`, 400, `{"field":"1.times","rule":"value must be an integer"}`},
		{"rule of two fields", "POST", "/faults", `{"drop_before":true,"stall":true}`, 400, `{"field":"stall, drop_before and drop_after","rule":"only one can happen"}`},
		{"delay", "POST", "/faults", `{"delay":"soon"}`, 400, `{"field":"delay","rule":"must be a duration such as 1.5s"}`},
		{"delay of a webhook", "POST", "/faults", `{"webhook":{"late":"soon"}}`, 400, `{"field":"webhook","rule":"late: must be`},
		{"many faults", "POST", "/faults", "[" + strings.Repeat("{},", 1000) + "{}]", 400, `"field":"body"`},
		{"large faults", "POST", "/faults", `{"body":"` + strings.Repeat("x", 9<<20) + `"}`, 413, "at most"},
		{"queue", "GET", "/faults", "", 200, `"id":1},{"fault":{"stall":true,"times":1},"id":3}]}`},
		{"requests", "GET", "/requests", "", 200, `{"requests":[]}`},
		{"limit", "GET", "/requests?limit=0", "", 400, `{"field":"limit","rule":"must be at least 1"}`},
		{"no limit", "GET", "/requests?limit=x", "", 400, `{"field":"limit","rule":"must be a whole number"}`},
		{"unknown request", "GET", "/requests/1", "", 404, `"field":"request"`},
		{"deliveries", "GET", "/deliveries", "", 200, `{"deliveries":[]}`},
		{"limit of deliveries", "GET", "/deliveries?limit=-1", "", 400, `{"field":"limit","rule":"must be at least 1"}`},
		{"state of another", "PUT", "/state", `{"groups":[` + whole + `,"photo":"` + photo + `"}]}`, 204, ""},
		{"only those", "GET", "/groups/new", "", 404, missing},
		{"state without ID", "PUT", "/state", `{"groups":[{"subject":"x"}]}`, 400, `{"field":"groups.0.id","rule":"minimum string length is 1"}`},
		{"bad photo in a state", "PUT", "/state", `{"groups":[{"id":"x","photo":"eA=="}]}`, 400, `{"field":"groups.0.photo","rule":"not a JPEG"}`},
		{"group twice in a state", "PUT", "/state", `{"groups":[{"id":"x"},{"id":"x"}]}`, 400, `{"field":"groups.1.id","rule":"an earlier group has the same one"}`},
		{"state of many values", "PUT", "/state", `{"groups":[` + strings.Repeat("{},", 1<<20) + `{}]}`, 400, `{"field":"body","rule":"at most 2000000 keys`},
		{"unknown key of a state", "PUT", "/state", `{"groups":[{"id":"x","members":1}]}`, 400, `{"field":"groups.0`},
		{"reset", "POST", "/reset", "", 204, ""},
		{"seed", "GET", "/state", "", 200, `{"groups":[{"creation_timestamp":1735689600,"description":"Seeds, water rota and the key to the shed.","id":"` + testID + `","join_approval_mode":"approval_required","participants":[{"wa_id":"15550100001"},{"username":"rowan","wa_id":"15550100002"}],"subject":"Allotment Neighbours"}]}`},
		{"no faults after it", "GET", "/faults", "", 200, `{"faults":[]}`},
	} {
		a := outside(t, s, document, tt.method, tt.path, tt.body)
		if a.status != tt.status || !strings.Contains(a.body, tt.want) {
			t.Errorf("%s: status %d, want %d: %s\nwant %s", tt.name, a.status, tt.status, cut(a.body), cut(tt.want))
		}
	}
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests to the control API were recorded", n)
	}
}

func cut(text string) string { return text[:min(len(text), 600)] }
