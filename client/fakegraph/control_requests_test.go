package fakegraph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

// What a viewer sees of requests, and what it does not see.
func TestControlRequests(t *testing.T) {
	s := newServer(t, WithControl(), WithAppSecret("0123456789abcdef"))
	document := documentOfControl(t)
	const planted = "EAAplantedTokenOfTheTests"
	file := part{partFile, "image/jpeg", string(testJPEG(t, 200, 200))}
	upload := form(t, productPart, part{"access_token", "", "short word"}, file)
	failNext(t, s, Fault{Op: SetGroupPhoto, Status: 500, Code: 1})
	for _, c := range []call{
		{path: "/v23.0/" + planted + "?access_token=" + planted},
		{method: "POST", body: `{"messaging_product":"whatsapp","access_token":"short"}`},
		{method: "POST", body: "access_token=" + planted + "&x=0123456789abcdef", contentType: mediaForm},
		{method: upload.method, body: upload.body, contentType: upload.contentType},
		{method: "POST", body: strings.Repeat("x", keptBody+1)},
		{method: "POST", body: `{"a":"EAA\u0070lantedTokenOfTheTests","b":"http:\/\/h\/?access_token=short"}`},
		{method: "POST", body: `{"accessToken":"x\"short","token":["short"],"app\u005fsecret":"a short one","n":{"proof":{"p":"short"}}}`},
		{method: "POST", body: `{"batch":"[{\"Authorization\":\"Bearer short\"}]"}`},
		{method: "POST", body: `{"authorization":"Bearer short"}, Authorization: Bearer short`, contentType: "text/plain"},
		{method: "POST", body: strings.Repeat(planted, keptBody/len(planted))},
	} {
		c.header = map[string]string{"Authorization": "Bearer " + planted, "X-Script": "<script>"}
		send(t, s, c)
	}
	var all strings.Builder
	for n := range 10 {
		a := outside(t, s, document, "GET", fmt.Sprintf("/requests/%d", n+1), "")
		all.WriteString(a.body)
	}
	list := outside(t, s, document, "GET", "/requests?limit=9", "")
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
	if want := []line{{2, 400, 0}, {3, 400, 0}, {4, 500, 1}, {5, 413, 0}, {6, 400, 0}, {7, 400, 0}, {8, 400, 0},
		{9, 400, 0}, {10, 400, 0}}; !slices.Equal(lines, want) {
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

// A refusal says what to do where Graph does not.
func TestControlHints(t *testing.T) {
	s := newServer(t, WithControl())
	for i, tt := range []struct {
		call call
		want string
	}{
		{call{path: "/" + testID}, "Unknown path components: /" + testID + ". The path must be /v23.0/GROUP_ID."},
		{call{method: "PUT"}, "Unsupported PUT request. Use DELETE, GET, POST."},
		{call{header: map[string]string{"Authorization": testToken}}, "to request this resource. Send the header Authorization: Bearer TOKEN."},
		{call{method: "POST", body: `{"subject":"x"}`, contentType: mediaForm}, "is unsupported. The body is JSON: send the header Content-Type: application/json."},
	} {
		send(t, s, tt.call)
		if r, _ := (controlled{s}).Request(i + 1); !strings.HasSuffix(r.Refusal, tt.want) {
			t.Errorf("%s\nwant %s", r.Refusal, tt.want)
		}
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

// What waits for its time or for the receiver is bounded too, and takes no more when that is reached.
func TestControlBoundsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, WithControl(), WithWebhook(Webhook{Delay: time.Hour}))
		large := append(testJPEG(t, 200, 200), make([]byte, 4<<20)...)
		upload := form(t, productPart, part{partFile, "image/jpeg", string(large)})
		s.groups["other"] = &stored{photo: make([]byte, mostPhotoBytes-2*len(large)+1)}
		for n, status := range []int{200, 503} {
			if a := send(t, s, upload); a.status != status {
				t.Fatalf("photo %d: status %d", n, a.status)
			}
		}
		<-time.After(2 * time.Hour)
		update := call{method: "POST", body: `{"messaging_product":"whatsapp","subject":"Shed"}`}
		s.network.mu.Lock()
		s.network.running += mostReports
		s.network.mu.Unlock()
		wantError(t, send(t, s, update), 503, "2", "10000 changes wait")
		s.network.mu.Lock()
		s.network.running -= mostReports
		s.network.mu.Unlock()
	})
}

// Without the option nothing of it is there, and a request does not pay for what would be kept of it.
func TestWithoutControl(t *testing.T) {
	s := newServer(t)
	wantError(t, send(t, s, call{path: "/_fake/health"}), 400, "100", "Version: ")
	cost := func(opts ...Option) float64 {
		s := newServer(t, opts...)
		req := call{}.request(t, s.URL())
		return testing.AllocsPerRun(100, func() { s.Handler().ServeHTTP(httptest.NewRecorder(), req) })
	}
	if without, with := cost(), cost(WithControl()); without > with-10 {
		t.Errorf("%.0f allocations without the control API, %.0f with it", without, with)
	}
}
