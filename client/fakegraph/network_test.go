package fakegraph

import (
	"errors"
	"net"
	"strings"
	"testing"
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
	do(t, newClient(t), call{}.request(t, s.URL())) // leaves an idle connection
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
