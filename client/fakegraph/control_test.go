package fakegraph

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
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
	if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil && a.status < 300 {
		t.Errorf("%s %s was taken, but %v", method, path, err)
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
		{"unknown key", "PUT", "/groups/new", `{"name":"x"}`, 400, `"rule":"property \"name\" is unsupported"`},
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
		{"unknown operation", "POST", "/faults", `{"op":"CreateGroup"}`, 400, `{"field":"op","rule":"\"CreateGroup\" is none of`},
		{"unknown key of a fault", "POST", "/faults", `{"Status":429}`, 400, `property \"Status\" is unsupported`},
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
		{"state of another", "PUT", "/state", `{"groups":[` + whole + `,"photo":"` + photo + `"}]}`, 204, ""},
		{"only those", "GET", "/groups/new", "", 404, missing},
		{"state without ID", "PUT", "/state", `{"groups":[{"subject":"x"}]}`, 400, `{"field":"groups","rule":"line:1:12: invalid group: id: `},
		{"bad photo in a state", "PUT", "/state", `{"groups":[{"id":"x","photo":"eA=="}]}`, 400, `invalid group: photo: not a JPEG`},
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

// Every field of a fault and of a group means the same from Go and from outside.
func TestControlFields(t *testing.T) {
	s := newServer(t, WithControl(), WithWebhook(Webhook{Handler: http.NotFoundHandler(), AppSecret: "any-secret-at-all"}))
	document := documentOfControl(t)
	var fill func(reflect.Value)
	fill = func(v reflect.Value) {
		switch target := v.Addr().Interface().(type) {
		case *time.Duration:
			*target = 1500 * time.Millisecond
		case *time.Time:
			*target = time.Unix(1735689600, 0).UTC()
		case *string:
			*target = "text"
		case *bool:
			*target = true
		case *int:
			*target = 7
		case *http.Header:
			*target = http.Header{"X-Test": {"a", "b"}, "Date": {}}
		case *[]string:
			*target = []string{settingSubject}
		case *WebhookFault:
			for _, inner := range v.Fields() {
				fill(inner)
			}
		default:
			t.Fatalf("no value for a %s", v.Type())
		}
	}
	// A fault cannot have all fields at once, so each is sent alone, the converted ones together.
	var all Fault
	for _, field := range reflect.ValueOf(&all).Elem().Fields() {
		fill(field)
	}
	var sent wire.Fault
	mustConvert(&sent, all)
	text, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	if n := reflect.TypeFor[Fault]().NumField(); len(fields) != n {
		t.Errorf("%d fields are sent, a fault has %d", len(fields), n)
	}
	var read wire.Fault
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	var back Fault
	if err := convert(&back, read); err != nil || !reflect.DeepEqual(back, all) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, back, all)
	}
	for name, value := range fields {
		body := fmt.Sprintf(`{"%s":%s}`, name, value)
		switch name {
		case "op":
			body = `{"op":"DeleteGroup"}`
		case "status":
			body = `{"status":418}`
		case "webhook": // its parts rule each other out
			body = `{"webhook":{"refuse_code":7,"refuse_settings":["subject"],"twice":true,"late":"1.5s","wrong_signature":true}}`
		}
		if a := outside(t, s, document, "POST", "/faults", body); a.status != http.StatusOK {
			t.Errorf("%s: %s", body, a.body)
			continue
		}
		var want wire.Fault
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatal(err)
		}
		var fromGo Fault
		if err := convert(&fromGo, want); err != nil {
			t.Fatal(err)
		}
		failNext(t, s, fromGo)
		if queue := s.faults[len(s.faults)-2:]; !reflect.DeepEqual(queue[0].Fault, queue[1].Fault) {
			t.Errorf("%s: %+v\nfrom Go %+v", body, queue[0], queue[1])
		}
	}
}

// What a viewer sees of requests, and what it does not see.
func TestControlRequests(t *testing.T) {
	s := newServer(t, WithControl(), WithAppSecret("0123456789abcdef"))
	document := documentOfControl(t)
	const planted = "EAAplantedTokenOfTheTests"
	file := part{partFile, "image/jpeg", string(testJPEG(t, 200, 200))}
	upload := form(t, productPart, part{"access_token", "", planted}, file)
	failNext(t, s, Fault{Op: SetGroupPhoto, Status: 500, Code: 1})
	for _, c := range []call{
		{path: "/v23.0/" + planted + "?access_token=" + planted},
		{method: "POST", body: `{"messaging_product":"whatsapp","access_token":"short"}`},
		{method: "POST", body: "access_token=" + planted + "&x=0123456789abcdef", contentType: mediaForm},
		{method: upload.method, body: upload.body, contentType: upload.contentType},
		{method: "POST", body: strings.Repeat("x", keptBody+1)},
	} {
		c.header = map[string]string{"Authorization": "Bearer " + planted, "X-Script": "<script>"}
		send(t, s, c)
	}
	var all strings.Builder
	for n := range 5 {
		a := outside(t, s, document, "GET", fmt.Sprintf("/requests/%d", n+1), "")
		all.WriteString(a.body)
	}
	list := outside(t, s, document, "GET", "/requests?limit=4", "")
	all.WriteString(list.body)
	for _, secret := range []string{planted, "short", "0123456789abcdef", testToken} {
		if strings.Contains(all.String(), secret) {
			_, rest, _ := strings.Cut(all.String(), secret)
			t.Errorf("%s is there, before %s", secret, cut(rest))
		}
	}
	var got wire.RequestList
	if err := json.Unmarshal([]byte(list.body), &got); err != nil {
		t.Fatal(err)
	}
	type line struct{ number, status, fault int }
	var lines []line
	for _, r := range got.Requests {
		lines = append(lines, line{r.Number, r.Status, r.FaultID})
		if r.DurationMS == 0 || r.Time.IsZero() || (r.Refusal == "") == (r.FaultID == 0) {
			t.Errorf("%+v", r)
		}
	}
	if want := []line{{2, 400, 0}, {3, 400, 0}, {4, 500, 1}, {5, 413, 0}}; !slices.Equal(lines, want) {
		t.Errorf("got %v", lines)
	}
	var photo wire.Request
	a := outside(t, s, document, "GET", "/requests/4", "")
	if err := json.Unmarshal([]byte(a.body), &photo); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(photo.Photo, testJPEG(t, 200, 200)) || photo.Fault.Code != 1 || photo.Op != SetGroupPhoto ||
		photo.GroupID != testID || !strings.Contains(photo.Response, `"code":1`) ||
		!strings.Contains(photo.Body, "bytes]") {
		t.Errorf("%+v", photo)
	}
}

func TestControlIsBounded(t *testing.T) {
	s := newServer(t, WithControl())
	body := `{"x":"` + strings.Repeat("x", keptBody-10) + `"}`
	for range 40 {
		send(t, s, call{method: "POST", body: body})
	}
	kept, last := 0, 0
	for _, r := range (controlled{s}).Requests(0) {
		whole, _ := controlled{s}.Request(r.Number)
		kept, last = kept+len(whole.Body), r.Number
	}
	if kept == 0 || kept > keptBytes || last != 40 || s.requests.bytes > keptBytes {
		t.Errorf("%d bytes, the last request is %d", kept, last)
	}
}

// A stream tells what changed, and ends with the server; a viewer that does not read holds nothing up.
func TestControlEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, WithControl())
		open := func() (status int, stream *bufio.Scanner) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/_fake/events", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := s.Doer().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = resp.Body.Close() })
			return resp.StatusCode, bufio.NewScanner(resp.Body)
		}
		_, lines := open()
		next := func() (r wire.Revisions) {
			for lines.Scan() {
				if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
					if err := json.Unmarshal([]byte(data), &r); err != nil {
						t.Fatal(err)
					}
					return r
				}
			}
			t.Fatalf("the stream has ended: %v", lines.Err())
			return r
		}
		before := next()
		for range 30 {
			open() // and never read
		}
		for range 100 {
			send(t, s, call{method: "POST", body: `{"messaging_product":"whatsapp","subject":"Shed"}`})
		}
		start := time.Now()
		after := next()
		if after.Groups <= before.Groups || after.Requests <= before.Requests || after.Faults != before.Faults {
			t.Errorf("%+v after %+v", after, before)
		}
		if waited := time.Since(start); waited > time.Second {
			t.Errorf("the event took %s", waited)
		}
		most := http.StatusOK
		for range 64 {
			status, _ := open()
			most = max(most, status)
		}
		if most != http.StatusServiceUnavailable {
			t.Errorf("too many streams: status %d", most)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			continue
		}
	})
}

// A reset forgets what is under way.
func TestControlReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var received []string
		receiver := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			received = append(received, string(body))
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		hook := Webhook{Handler: receiver, AppSecret: "any-secret-at-all", Delay: time.Minute}
		s := newServer(t, WithControl(), WithWebhook(hook))
		update := call{method: "POST", body: `{"messaging_product":"whatsapp","subject":"Shed"}`}
		send(t, s, update)
		<-time.After(2 * time.Minute)
		if len(received) == 0 || len(s.Deliveries()) == 0 {
			t.Fatal("nothing was delivered")
		}
		send(t, s, update)
		controlled{s}.Reset()
		n := len(received)
		<-time.After(5 * time.Minute)
		wantGroup(t, s, testGroup())
		if len(received) != n || len(s.Deliveries()) != 0 || len(s.Requests()) != 0 {
			t.Errorf("%d deliveries after the reset, %d and %d are listed", len(received)-n, len(s.Deliveries()), len(s.Requests()))
		}
		if a := send(t, s, update); !strings.Contains(a.body, "FA4E0000000000000000000000000001") {
			t.Errorf("request IDs go on: %s", a.body)
		}
	})
}

// No web page may run, frame or reuse what comes from here, or write to it; a listener is guarded as Graph's part is.
func TestControlIsSafeInBrowsers(t *testing.T) {
	s := newServer(t, WithControl())
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
		if guarded := a.status == 421 || a.status == 403; guarded {
			continue
		}
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") ||
			strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") ||
			a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: header %v", tt.name, a.header)
		}
	}
	wantGroup(t, s, testGroup())
}

// Without the option nothing of it is there, and a request costs what it cost before.
func TestWithoutControl(t *testing.T) {
	s := newServer(t)
	wantError(t, send(t, s, call{path: "/_fake/health"}), 400, "100", "Version: ")
	if entry := s.requests.entries[0]; entry.details != nil {
		t.Error("details are kept")
	}
	req := call{path: testPath + "?fields=subject,description,participants,suspended"}.request(t, s.URL())
	serve := func() { s.Handler().ServeHTTP(httptest.NewRecorder(), req) }
	const before = 250 // without the control API in the package
	if n := testing.AllocsPerRun(100, serve); n > before+3 {
		t.Errorf("%.0f allocations", n)
	}
}
