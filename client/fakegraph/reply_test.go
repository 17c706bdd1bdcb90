package fakegraph

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestEndless(t *testing.T) {
	for _, tr := range transports {
		t.Run(tr.name, func(t *testing.T) {
			s := newServer(t)
			client, base := tr.open(t, s)
			s.FailNext(Fault{Endless: true})
			resp, err := client.Do(call{method: "DELETE"}.request(t, base))
			if err != nil {
				t.Fatal(err)
			}
			body := make([]byte, 4<<20)
			if _, err := io.ReadFull(resp.Body, body); err != nil {
				t.Error(err)
			}
			if text := strings.TrimRight(string(body), " "); text != `{"success":"true"}` {
				t.Errorf("body %q", text)
			}
			// The server stops when the client has had enough, or the test would hang at its end.
			if err := resp.Body.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// waitForHeld returns when that many requests wait for the end of a fault.
func waitForHeld(s *Server, want int) {
	for {
		s.network.mu.Lock()
		held := len(s.network.waiting)
		s.network.mu.Unlock()
		if held == want {
			return
		}
		runtime.Gosched()
	}
}

func TestStallEndsWithTheClient(t *testing.T) {
	for _, f := range []Fault{{Stall: true}, {Stall: true, Executed: true}, {Delay: time.Hour}} {
		for _, tr := range transports {
			t.Run(tr.name, func(t *testing.T) {
				s := newServer(t)
				client, base := tr.open(t, s)
				s.FailNext(f)
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					waitForHeld(s, 1)
					cancel()
				}()
				o := try(t, client, call{method: "DELETE"}.request(t, base).WithContext(ctx), tr.major)
				if !errors.Is(o.callErr, context.Canceled) {
					t.Errorf("got %v", o.callErr)
				}
				waitForHeld(s, 0)
				if _, there := s.Group(testID); there == f.Executed {
					t.Errorf("the group is there: %t", there)
				}
			})
		}
	}
}

func TestStallEndsWithClose(t *testing.T) {
	for _, f := range []Fault{{Stall: true}, {Delay: time.Hour}, {Endless: true}} {
		for _, tr := range transports {
			t.Run(tr.name, func(t *testing.T) {
				s := newServer(t)
				client, base := tr.open(t, s)
				s.FailNext(f)
				closed := make(chan error)
				go func() {
					waitForHeld(s, 1)
					closed <- s.Close()
				}()
				o := try(t, client, call{method: "DELETE"}.request(t, base), tr.major)
				if err := <-closed; err != nil {
					t.Error(err)
				}
				if o.callErr == nil && o.readErr == nil {
					t.Errorf("the request ended well: %+v", o)
				}
			})
		}
	}
}

// After Close, a handler in somebody else's server holds nothing back any more.
func TestStallAfterClose(t *testing.T) {
	s := newServer(t)
	ts := httptest.NewServer(s.Handler())
	defer ts.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.FailNext(Fault{Stall: true})
	if o := try(t, ts.Client(), call{method: "POST", body: "{}"}.request(t, ts.URL), 1); o.callErr == nil {
		t.Errorf("answered %+v", o)
	}
}
