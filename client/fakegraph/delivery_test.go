package fakegraph

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const hookSecret = "app-secret-for-tests"

// receiver is the endpoint of a webhook. It responds with the statuses in turn, then with 200; 0 drops the connection.
type receiver struct {
	statuses []int

	mu       sync.Mutex
	received []received
}

type received struct {
	after  time.Duration // since the start of the bubble
	method string
	query  string
	header http.Header
	body   string
}

func (rc *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	rc.mu.Lock()
	defer rc.mu.Unlock()
	rc.received = append(rc.received, received{
		time.Since(bubbleStart), r.Method, r.URL.RawQuery, r.Header, string(body),
	})
	status := http.StatusOK
	if n := len(rc.received); n <= len(rc.statuses) {
		status = rc.statuses[n-1]
	}
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}
}

// bubbleStart is when the time of every bubble starts.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// inBubble runs f with a server that reports to a receiver, and lets ten minutes pass.
func inBubble(t *testing.T, hook Webhook, rc *receiver, f func(t *testing.T, s *Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if rc != nil {
			hook.Handler, hook.AppSecret = rc, hookSecret
		}
		s := newServer(t, WithWebhook(hook))
		f(t, s)
		<-time.After(10 * time.Minute)
	})
}

// groupsOf returns the elements of all groups in a body, as compact JSON, with the field of their change.
func groupsOf(t *testing.T, body string) (list []string) {
	t.Helper()
	var d struct {
		Entry []struct {
			Changes []struct {
				Field string
				Value struct{ Groups []any }
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	for _, c := range d.Entry[0].Changes {
		for _, g := range c.Value.Groups {
			list = append(list, c.Field+" "+string(plainJSON(g)))
		}
	}
	return list
}

func post(body string) call { return call{method: "POST", body: body} }

const (
	bothTexts = `{"messaging_product":"whatsapp","subject":"Shed","description":"Rota"}`
	oneText   = `{"messaging_product":"whatsapp","subject":"Shed"}`
)

// What a delivery says, and what became of the group.
func TestDeliveredOutcome(t *testing.T) {
	const (
		limit = `[{"code":131208,"error_data":{"details":"The change was accepted, and could not be carried out."},` +
			`"message":"(#131208) Change refused","title":"Change refused"}]`
		update = `","timestamp":"946684803","type":"group_settings_update"}`
		first  = `"request_id":"FA4E0000000000000000000000000001`
		remove = `group_lifecycle_update {`
		group  = `"group_id":"` + testID + `"`
	)
	gone := strings.ReplaceAll(limit, "131208", "131041")
	suspended := strings.ReplaceAll(limit, "131208", "131207")
	noFault := WebhookFault{}
	tests := []struct {
		name    string
		call    call
		fault   WebhookFault
		flags   bool
		want    string
		changed func(*Group)
	}{
		{"applied", post(bothTexts), noFault, true, `group_settings_update {"group_description":{"text":"Rota",` +
			`"update_successful":true},` + group + `,"group_subject":{"text":"Shed","update_successful":true},` + first + update,
			func(g *Group) { g.Subject, g.Description = "Shed", "Rota" }},
		{"without flags", post(oneText), noFault, false, `group_settings_update {` + group +
			`,"group_subject":{"text":"Shed"},` + first + update, func(g *Group) { g.Subject = "Shed" }},
		{"refused", post(bothTexts), WebhookFault{RefuseCode: 131208}, true, `group_settings_update {"errors":` + limit +
			`,"group_description":{"errors":` + limit + `,"text":"Rota","update_successful":false},` + group +
			`,"group_subject":{"errors":` + limit + `,"text":"Shed","update_successful":false},` + first + update, nil},
		{"refused without flags", post(oneText), WebhookFault{RefuseCode: 131208}, false, `group_settings_update {"errors":` +
			limit + `,` + group + `,"group_subject":{"errors":` + limit + `,"text":"Shed"},` + first + update, nil},
		{"one setting of two", post(bothTexts), WebhookFault{RefuseCode: 131208, RefuseSettings: []string{"subject"}}, true,
			`group_settings_update {"errors":` + limit + `,"group_description":{"text":"Rota","update_successful":true},` +
				group + `,"group_subject":{"errors":` + limit + `,"text":"Shed","update_successful":false},` + first + update,
			func(g *Group) { g.Description = "Rota" }},
		{"another setting", post(oneText), WebhookFault{RefuseCode: 131208, RefuseSettings: []string{"photo"}}, true,
			`group_settings_update {` + group + `,"group_subject":{"text":"Shed","update_successful":true},` + first + update,
			func(g *Group) { g.Subject = "Shed" }},
		{"deleted", call{method: "DELETE"}, noFault, true, remove + group +
			`,"request_id":"FA4D0000000000000000000000000001","timestamp":"946684803","type":"group_delete"}`,
			func(g *Group) { g.ID = "" }},
		{"deletion refused", call{method: "DELETE"}, WebhookFault{RefuseCode: 131208}, true, remove + `"errors":` + limit +
			`,` + group + `,"request_id":"FA4D0000000000000000000000000001","timestamp":"946684803","type":"group_delete"}`, nil},
		{"gone in the meantime", post(oneText), noFault, true, `group_settings_update {"errors":` + gone + `,` + group +
			`,"group_subject":{"errors":` + gone + `,"text":"Shed","update_successful":false},` + first + update,
			func(g *Group) { g.ID = "" }},
		{"suspended in the meantime", post(oneText), noFault, true, `group_settings_update {"errors":` + suspended + `,` +
			group + `,"group_subject":{"errors":` + suspended + `,"text":"Shed","update_successful":false},` + first + update,
			func(g *Group) { g.Suspended = true }},
		{"nothing to change", post(`{}`), noFault, true, `group_settings_update {` + group + `,` + first + update, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rc := &receiver{}
			inBubble(t, Webhook{Delay: 3 * time.Second, WithoutFlags: !tt.flags}, rc, func(t *testing.T, s *Server) {
				failNext(t, s, Fault{Webhook: tt.fault})
				if a := send(t, s, tt.call); a.status != 200 {
					t.Fatalf("status %d: %s", a.status, a.body)
				}
				wantGroup(t, s, testGroup()) // accepted, not applied
				want := testGroup()
				if tt.changed != nil {
					tt.changed(&want)
				}
				if strings.HasPrefix(tt.name, "gone") {
					s.mu.Lock()
					clear(s.groups)
					s.mu.Unlock()
				}
				if want.Suspended {
					g := testGroup()
					g.Suspended = true
					if err := s.PutGroup(g); err != nil {
						t.Fatal(err)
					}
				}
				<-time.After(3 * time.Second)
				synctest.Wait()
				if want.ID != "" {
					wantGroup(t, s, want)
				} else if _, there := s.Group(testID); there {
					t.Error("the group is there")
				}
			})
			if len(rc.received) != 1 {
				t.Fatalf("%d deliveries", len(rc.received))
			}
			d := rc.received[0]
			if got := groupsOf(t, d.body); len(got) != 1 || got[0] != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := d.header.Get("X-Hub-Signature-256"); got != sign([]byte(d.body), hookSecret) ||
				d.header.Get("Content-Type") != "application/json" || d.after != 3*time.Second {
				t.Errorf("after %s, header %v", d.after, d.header)
			}
		})
	}
}

// When deliveries come, and what the server remembers of them.
func TestDeliveryAttempts(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name     string
		fault    WebhookFault
		statuses []int
		after    []time.Duration
		recorded []int
	}{
		{"one", WebhookFault{}, nil, []time.Duration{2 * s}, []int{200}},
		{"before the response, so at once", WebhookFault{Before: true}, nil, []time.Duration{0}, []int{200}},
		{"twice", WebhookFault{Twice: true}, nil, []time.Duration{2 * s, 2 * s}, []int{200, 200}},
		{"never", WebhookFault{Never: true}, nil, nil, nil},
		{"late", WebhookFault{Late: time.Minute}, nil, []time.Duration{62 * s}, []int{200}},
		{"held for a batch", WebhookFault{Batched: true}, nil, nil, nil},
		{"wrong signature", WebhookFault{WrongSignature: true}, []int{403}, []time.Duration{2 * s}, []int{403}},
		{"retried", WebhookFault{}, []int{500, 202, 204, 302, 0, 403, 503, 200}, []time.Duration{2 * s, 2 * s, 3 * s, 5 * s,
			9 * s, 17 * s, 33 * s, 65 * s}, []int{500, 202, 204, 302, 0, 403, 503, 200}},
		{"dropped", WebhookFault{Twice: true}, slices.Repeat([]int{500}, 20), []time.Duration{2 * s, 2 * s, 3 * s, 5 * s,
			9 * s, 17 * s, 33 * s, 65 * s}, slices.Repeat([]int{500}, 8)},
		{"retried after the response", WebhookFault{Before: true}, []int{500}, []time.Duration{0, 0}, []int{500, 200}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rc := &receiver{statuses: tt.statuses}
			var server *Server
			inBubble(t, Webhook{Delay: 2 * s}, rc, func(t *testing.T, s *Server) {
				server = s
				failNext(t, s, Fault{Op: UpdateGroup, Webhook: tt.fault})
				if a := send(t, s, post(oneText)); a.status != 200 || time.Since(bubbleStart) != 0 {
					t.Errorf("status %d after %s", a.status, time.Since(bubbleStart))
				}
				g, _ := s.Group(testID)
				if reported := len(s.Deliveries()) > 0; (g.Subject == "Shed") != tt.fault.Before || reported != tt.fault.Before {
					t.Errorf("subject %s, reported: %t", g.Subject, reported)
				}
			})
			var after []time.Duration
			for _, d := range rc.received {
				after = append(after, d.after)
				if d.body != rc.received[0].body {
					t.Error("a retry has another body")
				}
				right := d.header.Get("X-Hub-Signature-256") == sign([]byte(d.body), hookSecret)
				if right == tt.fault.WrongSignature {
					t.Errorf("signature right: %t", right)
				}
			}
			var recorded []int
			for i, d := range server.Deliveries() {
				recorded = append(recorded, d.Status)
				if d.Number != i+1 || d.Attempt != i+1 || string(d.Body) != rc.received[i].body || d.Method != "POST" ||
					!slices.Equal(d.RequestIDs, []string{"FA4E0000000000000000000000000001"}) ||
					!d.Sent.Equal(bubbleStart.Add(after[i])) || (d.Problem != "") != (d.Status == 0) {
					t.Errorf("%d: %+v", i, d)
				}
			}
			if !reflect.DeepEqual(after, tt.after) || !reflect.DeepEqual(recorded, tt.recorded) {
				t.Errorf("after %v with %v, want %v with %v", after, recorded, tt.after, tt.recorded)
			}
			if g, _ := server.Group(testID); g.Subject != "Shed" {
				t.Error("the change was not applied")
			}
		})
	}
}

// Events that were held back come in one body, in every list that the contract has.
func TestBatch(t *testing.T) {
	rc := &receiver{}
	inBubble(t, Webhook{}, rc, func(t *testing.T, s *Server) {
		failNext(t, s, Fault{Times: 2, Webhook: WebhookFault{Batched: true}})
		for _, c := range []call{post(oneText), post(bothTexts), {method: "DELETE"}} {
			send(t, s, c)
			synctest.Wait()
		}
	})
	if len(rc.received) != 1 {
		t.Fatalf("%d deliveries", len(rc.received))
	}
	if got := groupsOf(t, rc.received[0].body); len(got) != 3 || !strings.HasPrefix(got[0], "group_settings_update") ||
		!strings.HasPrefix(got[1], "group_settings_update") || !strings.HasPrefix(got[2], "group_lifecycle_update") ||
		strings.Count(rc.received[0].body, `"field"`) != 2 {
		t.Errorf("%s", rc.received[0].body)
	}
}

// Changes are applied in the order in which they were accepted, without a receiver too.
func TestDelayWithoutReceiver(t *testing.T) {
	inBubble(t, Webhook{Delay: time.Second}, nil, func(t *testing.T, s *Server) {
		for i := range 50 {
			send(t, s, post(fmt.Sprintf(`{"messaging_product":"whatsapp","subject":"Shed %d"}`, i)))
		}
		wantGroup(t, s, testGroup())
		<-time.After(time.Second)
		synctest.Wait()
		if g, _ := s.Group(testID); g.Subject != "Shed 49" || s.Deliveries() != nil && len(s.Deliveries()) > 0 {
			t.Errorf("subject %s", g.Subject)
		}
	})
}

// A change whose response is lost, or never comes, is reported all the same; one that was not made is not.
func TestDeliveryWithoutResponse(t *testing.T) {
	for _, tt := range []struct {
		fault Fault
		want  int
	}{
		{Fault{DropAfter: true}, 1}, {Fault{Stall: true, Executed: true}, 1}, {Fault{Status: 500, Executed: true}, 1},
		{Fault{CutAfter: 3}, 1}, {Fault{DropBefore: true}, 0}, {Fault{Stall: true}, 0}, {Fault{Status: 500}, 0},
	} {
		rc := &receiver{}
		inBubble(t, Webhook{}, rc, func(t *testing.T, s *Server) {
			failNext(t, s, tt.fault)
			client := s.Doer()
			client.Timeout = time.Minute
			_ = try(t, client, post(oneText).request(t, s.URL()), 1)
		})
		if len(rc.received) != tt.want {
			t.Errorf("%+v: %d deliveries", tt.fault, len(rc.received))
		}
	}
}

func TestVerification(t *testing.T) {
	for _, tt := range []struct {
		name     string
		statuses []int
		methods  string
	}{
		{"at once", nil, "GET POST POST"},
		{"at the third attempt", []int{500, 403}, "GET GET GET POST POST"},
		{"never", slices.Repeat([]int{404}, 20), strings.TrimSpace(strings.Repeat("GET ", 16))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rc := &receiver{statuses: tt.statuses}
			var server *Server
			inBubble(t, Webhook{VerifyToken: "verify-token-1"}, rc, func(t *testing.T, s *Server) {
				server = s
				for range 2 {
					send(t, s, post(oneText))
					<-time.After(2 * time.Minute)
				}
			})
			var methods []string
			for _, d := range rc.received {
				methods = append(methods, d.method)
				signed := d.header.Get("X-Hub-Signature-256") != ""
				if signed != (d.method == "POST") || !signed && (!strings.HasPrefix(d.query, "hub.challenge=1") ||
					!strings.HasSuffix(d.query, "&hub.mode=subscribe&hub.verify_token=verify-token-1")) {
					t.Errorf("%s with the query %s, signed: %t", d.method, d.query, signed)
				}
			}
			if got := strings.Join(methods, " "); got != tt.methods {
				t.Errorf("got %s, want %s", got, tt.methods)
			}
			if text := fmt.Sprintf("%+v %+v", server, server.Deliveries()); strings.Contains(text, "verify-token-1") {
				t.Error(text)
			}
		})
	}
}

// A receiver on the network: the challenge has to come back byte by byte, no redirect is followed, and Close ends
// everything that goes on.
func TestDeliveryToURL(t *testing.T) {
	for name, tt := range map[string]struct {
		handle  http.HandlerFunc
		status  int
		problem string
	}{
		"quoted challenge": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, "%q", r.URL.Query().Get("hub.challenge"))
		}, 200, "the body of the response is not the challenge"},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/else", http.StatusFound)
		}, 302, `<a href="/else">Found</a>.`},
		"no response": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			calls := make(chan string, 100)
			ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls <- r.URL.Path + "?" + r.URL.RawQuery
				tt.handle(w, r)
			}))
			defer ts.Close()
			s := newServer(t, WithWebhook(Webhook{
				URL: ts.URL + "/hook?tenant=1", AppSecret: hookSecret, VerifyToken: "verify-token-1",
			}))
			send(t, s, post(oneText))
			for range 2 { // the first retry comes at once
				if path := <-calls; !strings.HasPrefix(path, "/hook?tenant=1&hub.challenge=") {
					t.Error(path)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			d := s.Deliveries()[0]
			if d.Status != tt.status || d.Problem != tt.problem || d.Method != "GET" {
				t.Errorf("%+v", d)
			}
		})
	}
}

// Close ends what waits: an application, a late delivery, a retry and a receiver that does not respond.
func TestCloseEndsDeliveries(t *testing.T) {
	for name, tt := range map[string]struct {
		delay    time.Duration
		fault    WebhookFault
		statuses []int
	}{
		"application": {time.Hour, WebhookFault{}, nil},
		"late":        {0, WebhookFault{Late: time.Hour}, nil},
		"retry":       {0, WebhookFault{}, slices.Repeat([]int{500}, 20)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, WithWebhook(Webhook{
					Handler: &receiver{statuses: tt.statuses}, AppSecret: hookSecret, Delay: tt.delay,
				}))
				failNext(t, s, Fault{Webhook: tt.fault})
				send(t, s, post(oneText))
				synctest.Wait()
				if err := s.Close(); err != nil || time.Since(bubbleStart) != 0 {
					t.Errorf("closed after %s: %v", time.Since(bubbleStart), err)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, WithWebhook(Webhook{AppSecret: hookSecret, Handler: http.HandlerFunc(
			func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			},
		)}))
		send(t, s, post(oneText))
		<-time.After(deliveryTimeout + time.Millisecond)
		synctest.Wait()
		if d := s.Deliveries(); len(d) != 1 || d[0].Status != 0 || d[0].Problem == "" {
			t.Errorf("%+v", d)
		}
	})
}
