package conformance

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// Doers that do what wrappers of other people do.

// following follows redirects, as an http.Client that is not known for one.
func following(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc((&http.Client{Transport: rt}).Do)
}

// oneConnection sends everything over one connection, and says so as net/http does.
func oneConnection(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		conn, err := rt.(*http.Transport).NewClientConn(req.Context(), req.URL.Scheme, req.URL.Host+":443")
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		trace := httptrace.ContextClientTrace(req.Context())
		trace.GetConn(req.URL.Host)
		trace.GotConn(httptrace.GotConnInfo{})
		return conn.RoundTrip(req)
	})
}

// twice sends every request a second time, whatever came of the first.
func twice(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		first := req.Clone(req.Context())
		if req.GetBody != nil {
			first.Body, _ = req.GetBody()
		}
		if resp, err := rt.RoundTrip(first); err == nil {
			_ = resp.Body.Close()
		}
		return rt.RoundTrip(req)
	})
}

// hiding does so under a context that has nothing of the request's but its end.
func hiding(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		ctx, cancel := context.WithCancel(context.Background())
		defer context.AfterFunc(req.Context(), cancel)()
		return twice(rt).Do(req.WithContext(ctx))
	})
}

// fallingBack finds no connection, and takes a way that it does not trace.
func fallingBack(rt http.RoundTripper) client.Doer {
	dead := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, syscall.ECONNREFUSED
	}}
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		if resp, err := dead.RoundTrip(req.Clone(req.Context())); err == nil {
			return resp, nil
		}
		if req.GetBody != nil {
			req.Body, _ = req.GetBody()
		}
		return rt.RoundTrip(req.WithContext(context.Background()))
	})
}

// hedging sends every request twice at once, and returns the second response when both are there.
func hedging(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		other := req.Clone(req.Context())
		if req.GetBody != nil {
			other.Body, _ = req.GetBody()
		}
		var sending sync.WaitGroup
		sending.Go(func() {
			if resp, err := rt.RoundTrip(other); err == nil {
				_ = resp.Body.Close()
			}
		})
		defer sending.Wait()
		return rt.RoundTrip(req)
	})
}

// idempotent lets net/http repeat what it would not repeat otherwise.
func idempotent(rt http.RoundTripper) client.Doer {
	return &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		req = req.Clone(req.Context())
		req.Header.Set("Idempotency-Key", "1")
		return rt.RoundTrip(req)
	})}
}

// signing reads the body once more than it sends it.
func signing(rt http.RoundTripper) client.Doer {
	return clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
		if req.GetBody != nil {
			body, _ := req.GetBody()
			_, _ = io.Copy(io.Discard, body)
		}
		return rt.RoundTrip(req)
	})
}

// breaking sends every request twice, the first time with a body that cannot be read.
func breaking(rt http.RoundTripper) client.Doer {
	sent := 0
	return twice(roundTrip(func(req *http.Request) (*http.Response, error) {
		if sent++; sent%2 == 1 && req.GetBody != nil {
			req.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
		}
		return rt.RoundTrip(req)
	}))
}

// A Doer that sends a request again by itself must not make a change look like one that was not carried out.
func TestDoerSendsAgain(t *testing.T) {
	refusal := response{429, clienttest.GraphError(4), false}
	gone := response{400, clienttest.GraphError(131041), false}
	tests := []struct {
		name           string
		doer           func(http.RoundTripper) client.Doer
		first, second  script
		refuse         int64 // connections after these
		update, remove string
	}{
		{"with the request's context", twice, whole(response{500, "{}", false}.http1), whole(refusal.http1), 2,
			lostChange, lostChange},
		// Nothing shows that a deletion, which has no body, was sent more than once.
		{"without the request's context", hiding,
			whole(response{500, "{}", false}.http1), whole(refusal.http1), 2, lostChange, limited},
		{"without it, then no connection", hiding,
			whole(func(*peer) {}), nil, 1, lostChange, lostChange},
		{"after no connection, without the request's context", fallingBack,
			whole(func(*peer) {}), nil, 1, lostChange, lostChange},
		{"both at once", hedging, whole(refusal.http1), whole(refusal.http1), 2, lostChange, lostChange},
		{"both at once, of which one finds no connection", hedging, whole(func(*peer) {}), nil, 1, lostChange, lostChange},
		{"only what it has read for a signature", signing, whole(refusal.http1), nil, 1, limited, limited},
		{"after a body that broke off", breaking, whole(func(*peer) {}), whole(refusal.http1), 2, limited, lostChange},
		{"what was carried out, and the group is gone", twice, whole(response{200, accepted, false}.http1),
			whole(gone.http1), 2, lostChange, ""},
		{"through net/http with an Idempotency-Key", idempotent,
			whole(func(p *peer) { p.send(goodResponse(http.MethodPost)); whole(func(*peer) {})(p) }),
			whole(refusal.http1), 2, lostChange, lostChange},
		{"through net/http with an Idempotency-Key, then no connection", idempotent,
			whole(func(p *peer) { p.send(goodResponse(http.MethodPost)); whole(func(*peer) {})(p) }),
			nil, 1, lostChange, lostChange},
	}
	for _, test := range tests {
		for _, op := range clienttest.Operations {
			want := test.update
			switch op.Method {
			case http.MethodGet:
				continue
			case http.MethodDelete:
				want = test.remove
			}
			t.Run(test.name+"/"+op.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faultPipe(t, test.first, test.second)
					refuseFrom(test.refuse)(s)
					c := s.client(t, clienttest.NoRetries, client.WithHTTPClient(test.doer(s.transport)))
					if strings.Contains(test.name, "net/http") { // on a connection that was used before
						clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
						synctest.Wait()
					}
					err := op.Call(t.Context(), c, clienttest.GroupID)
					if got := clienttest.ClassesOf(err); got != want {
						t.Errorf("%q, want %q: %v", got, want, err)
					}
				})
			})
		}
	}
}

// What becomes of the body of an earlier attempt says nothing about a later one, which the server has whole.
func TestDoerReadsEarlierBodyLate(t *testing.T) {
	for _, op := range clienttest.Operations {
		if op.Method != http.MethodPost {
			continue
		}
		t.Run(op.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := faultPipe(t, whole(func(*peer) {}))
				var earlier *http.Request
				c := s.client(t, client.WithHTTPClient(clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
					if earlier == nil {
						earlier = r
						return invented(r.Clone(r.Context()), 429, clienttest.GraphError(4))
					}
					if _, err := io.ReadAll(earlier.Body); err == nil {
						t.Error("the earlier body can still be read")
					}
					return s.transport.RoundTrip(r)
				})))
				_ = s.try(t.Context(), t, c, op, want{class: client.ErrAmbiguous, attempts: 2, requests: 1})
			})
		})
	}
}
