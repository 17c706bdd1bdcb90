package fakegraph

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

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
		var received atomic.Int32
		receiver := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			received.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		hook := Webhook{Handler: receiver, AppSecret: "any-secret-at-all", Delay: time.Minute}
		s := newServer(t, WithControl(), WithWebhook(hook))
		update := call{method: "POST", body: `{"messaging_product":"whatsapp","subject":"Shed"}`}
		send(t, s, update)
		<-time.After(2 * time.Minute)
		if received.Load() == 0 || len(s.Deliveries()) == 0 {
			t.Fatal("nothing was delivered")
		}
		send(t, s, update)
		fail := func() error { return s.FailNext(Fault{Op: "GetGroup", Status: 503}) }
		if err := fail(); err != nil {
			t.Fatal(err)
		}
		controlled{s}.Reset()
		n := received.Load()
		<-time.After(5 * time.Minute)
		wantGroup(t, s, testGroup())
		if received.Load() != n || len(s.Deliveries()) != 0 || len(s.Requests()) != 0 {
			t.Errorf("%d deliveries after the reset, %d and %d are listed", received.Load()-n, len(s.Deliveries()), len(s.Requests()))
		}
		if a := send(t, s, update); !strings.Contains(a.body, "FA4E0000000000000000000000000001") {
			t.Errorf("request IDs go on: %s", a.body)
		}
		if err := fail(); err != nil || s.faults[0].id != 1 {
			t.Errorf("fault IDs go on: %d (%v)", s.faults[0].id, err)
		}
	})
}
