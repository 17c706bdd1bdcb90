package fakegraph

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestListen(t *testing.T) {
	s := newServer(t)
	if s.URL() != "http://localhost" {
		t.Errorf("URL %s before Listen", s.URL())
	}
	if err := s.Listen("127.0.0.1:99999"); err == nil || !strings.HasPrefix(err.Error(), "fakegraph: listen tcp") {
		t.Errorf("got %v", err)
	}
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	url := s.URL()
	if err := s.Listen("127.0.0.1:0"); err == nil || err.Error() != "fakegraph: the server listens already" {
		t.Errorf("got %v", err)
	}
	if s.URL() != url {
		t.Errorf("URL %s, before %s", s.URL(), url)
	}
	if err := newServer(t).Listen(strings.TrimPrefix(url, "http://")); err == nil {
		t.Error("two servers on one port")
	}
}

func TestURLOfAllAddresses(t *testing.T) {
	n := newNetwork()
	for _, ip := range []net.IP{net.IPv4zero, net.IPv6zero} {
		n.address = &net.TCPAddr{IP: ip, Port: 8080}
		if n.url() != "http://127.0.0.1:8080" {
			t.Errorf("%v: %s", ip, n.url())
		}
	}
	n.address = &net.TCPAddr{IP: net.IPv6loopback, Port: 8080}
	if n.url() != "http://[::1]:8080" {
		t.Error(n.url())
	}
}

func TestClose(t *testing.T) {
	s, err := New(WithGroups(testGroup()))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	do(t, ownClient(t), call{}.request(t, s.URL())) // leaves an idle connection
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if resp, err := s.Doer().Do(call{}.request(t, s.URL())); !errors.Is(err, errClosed) {
		_ = resp.Body.Close()
		t.Errorf("got %v", err)
	}
	if err := s.Listen("127.0.0.1:0"); !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
	wantGroup(t, s, testGroup()) // the state stays readable
}

func TestDoerAnswersForEveryHost(t *testing.T) {
	s := newServer(t)
	for _, base := range []string{s.URL(), "https://graph.facebook.com", "http://192.0.2.1:81"} {
		a := do(t, s.Doer(), call{}.request(t, base))
		wantBody(t, a, 200, `{"id":"`+testID+`","messaging_product":"whatsapp"}`)
	}
}

func TestDoerFollowsNoRedirect(t *testing.T) {
	s := newServer(t)
	failNext(t, s, Fault{Status: 302, Header: http.Header{"Location": {"/v23.0/elsewhere"}}})
	if a := send(t, s, call{}); a.status != 302 || len(s.Requests()) != 1 {
		t.Errorf("status %d after %d requests", a.status, len(s.Requests()))
	}
}

func TestVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		start := time.Now()
		failNext(t, s, Fault{Delay: time.Hour})
		wantBody(t, send(t, s, call{}), 200, `{"id":"`+testID+`","messaging_product":"whatsapp"}`)
		if waited := time.Since(start); waited != time.Hour {
			t.Errorf("waited %s", waited)
		}
	})
}

// A delay and a stall end with the request, and nothing is changed.
func TestTimeout(t *testing.T) {
	for _, f := range []Fault{{Delay: time.Hour}, {Stall: true}} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t)
			failNext(t, s, f)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			start := time.Now()
			resp, err := s.Doer().Do(call{method: "DELETE"}.request(t, s.URL()).WithContext(ctx))
			if !errors.Is(err, context.DeadlineExceeded) {
				_ = resp.Body.Close()
				t.Errorf("got %v", err)
			}
			synctest.Wait()
			if waited := time.Since(start); waited != time.Minute {
				t.Errorf("waited %s", waited)
			}
			wantGroup(t, s, testGroup())
			if status := s.Requests()[0].Status; status != 0 {
				t.Errorf("recorded status %d", status)
			}
		})
	}
}

// A server from outside of the bubble does as well.
func TestVirtualTimeWithOuterServer(t *testing.T) {
	s := newServer(t)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			failNext(t, s, Fault{Delay: time.Hour})
			send(t, s, call{})
		})
		send(t, s, call{})
	}
}

// In a bubble, Close lets go of a request that would wait for ever.
func TestCloseEndsStallInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		failNext(t, s, Fault{Stall: true})
		failed := make(chan error)
		go func() {
			resp, err := s.Doer().Do(call{}.request(t, s.URL()))
			if err == nil {
				err = resp.Body.Close()
			}
			failed <- err
		}()
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-failed; err == nil {
			t.Error("the stalled request succeeded")
		}
	})
}

// A listener is out of reach for web pages; a handler in somebody's own server is not guarded.
func TestHostsAndOrigins(t *testing.T) {
	type header = map[string]string
	cross, sameSite := header{"Sec-Fetch-Site": "cross-site"}, header{"Sec-Fetch-Site": "same-site"}
	tests := []struct {
		name, host, method string
		header             header
		status             int
	}{
		{"URL", "", "DELETE", nil, 200},
		{"name in capitals, another port", "LOCALHOST:1", "DELETE", nil, 200},
		{"name with a dot", "localhost.", "DELETE", nil, 200},
		{"IPv6", "[::1]:8080", "DELETE", nil, 200},
		{"IPv6 without a port", "[::1]", "DELETE", nil, 200},
		{"loopback", "127.9.9.9", "DELETE", nil, 200},
		{"configured", "Fake.test:8080", "DELETE", nil, 200},
		{"rebound", "attacker.example", "GET", nil, 421},
		{"rebound, with a port", "attacker.example:8080", "DELETE", nil, 421},
		{"looks like one", "localhost.attacker.example", "GET", nil, 421},
		{"address of the network", "192.0.2.1", "GET", nil, 421},
		{"cross-origin POST", "", "POST", header{"Origin": "https://attacker.example"}, 403},
		{"opaque origin", "", "POST", header{"Origin": "null"}, 403},
		{"cross-site DELETE", "", "DELETE", cross, 403},
		{"other port of this machine", "", "DELETE", sameSite, 403},
		{"cross-site GET changes nothing", "", "GET", cross, 200},
		{"page of the server itself", "", "DELETE", header{"Sec-Fetch-Site": "same-origin"}, 200},
		{"the same, older browser", "localhost:1", "DELETE", header{"Origin": "http://localhost:1"}, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t, WithHosts("fake.test"), WithHosts("other.test"))
			if err := s.Listen("127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			req := call{method: tt.method, header: tt.header}.request(t, s.URL())
			req.Host = tt.host
			if a := do(t, ownClient(t), req); a.status != tt.status {
				t.Errorf("status %d, want %d: %s", a.status, tt.status, a.body)
			}
			if _, there := s.Group(testID); there != (tt.status != http.StatusOK || tt.method == http.MethodGet) {
				t.Errorf("the group is there: %t", there)
			}
			if n := len(s.Requests()); (n == 1) != (tt.status == http.StatusOK) {
				t.Errorf("%d requests arrived", n)
			}
			own := httptest.NewServer(newServer(t).Handler())
			defer own.Close()
			req = call{header: tt.header}.request(t, own.URL)
			req.Host = tt.host
			if a := do(t, ownClient(t), req); a.status != http.StatusOK {
				t.Errorf("own server: %d", a.status)
			}
		})
	}
}
