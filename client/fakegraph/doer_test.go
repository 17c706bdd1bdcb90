package fakegraph

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestDoerAnswersForEveryHost(t *testing.T) {
	s := newServer(t)
	for _, base := range []string{s.URL(), "https://graph.facebook.com", "http://192.0.2.1:81"} {
		a := do(t, s.Doer(), call{}.request(t, base))
		wantBody(t, a, 200, `{"id":"`+testID+`","messaging_product":"whatsapp"}`)
	}
}

func TestDoerFollowsNoRedirect(t *testing.T) {
	s := newServer(t)
	s.FailNext(Fault{Status: 302, Header: http.Header{"Location": {"/v23.0/elsewhere"}}})
	if a := send(t, s, call{}); a.status != 302 || len(s.Requests()) != 1 {
		t.Errorf("status %d after %d requests", a.status, len(s.Requests()))
	}
}

func TestVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		start := time.Now()
		s.FailNext(Fault{Delay: time.Hour})
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
			s.FailNext(f)
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
			s.FailNext(Fault{Delay: time.Hour})
			send(t, s, call{})
		})
		send(t, s, call{})
	}
}

// In a bubble, Close lets go of a request that would wait for ever.
func TestCloseEndsStallInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		s.FailNext(Fault{Stall: true})
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
