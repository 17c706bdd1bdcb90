package conformance

import (
	"crypto/tls"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A redirector is a real server that sends every request elsewhere, and what lies there.
type redirector struct {
	base   *httptest.Server
	status atomic.Int64
	target atomic.Pointer[string] // what Location says; none if empty
	asked  atomic.Int64           // requests to base

	mu        sync.Mutex
	elsewhere []*http.Request // requests to anybody else
}

func newRedirector(t *testing.T, start func(*httptest.Server)) *redirector {
	t.Helper()
	r := &redirector{}
	r.base = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.asked.Add(1)
		if location := *r.target.Load(); location != "" {
			w.Header().Set("Location", strings.ReplaceAll(location, "{here}", req.URL.RequestURI()))
		}
		w.WriteHeader(int(r.status.Load()))
	}))
	start(r.base)
	t.Cleanup(r.base.Close)
	return r
}

// other starts a server that would carry out everything.
func (r *redirector) other(t *testing.T, start func(*httptest.Server)) (port string) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.elsewhere = append(r.elsewhere, req)
		r.mu.Unlock()
		clienttest.Respond(http.StatusOK, goodBody)(w, req)
	}))
	start(s)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

// taken returns the requests to other servers since the last time.
func (r *redirector) taken() []*http.Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.elsewhere
	r.elsewhere = nil
	return list
}

func overHTTP(s *httptest.Server) { s.Start() }

func overHTTP2(s *httptest.Server) {
	s.EnableHTTP2 = true
	s.StartTLS()
}

// targets are the places that a redirect can name.
func (r *redirector) targets(t *testing.T) map[string]string {
	plain, secure := r.other(t, overHTTP), r.other(t, overHTTP2)
	return map[string]string{
		"the same host over http":         "http://127.0.0.1:" + plain + "{here}",
		"the same host over https":        "https://127.0.0.1:" + secure + "{here}",
		"another host over http":          "http://localhost:" + plain + "{here}",
		"another host over https":         "https://localhost:" + secure + "{here}",
		"another host, without a scheme":  "//localhost:" + plain + "{here}",
		"another path on the same server": "/v99.0/elsewhere",
		"itself, in a loop":               "{here}",
		"nowhere":                         "",
	}
}

var redirectStatuses = []int{300, 301, 302, 303, 304, 305, 307, 308, 399}

func TestRedirectTargetsSeeNothing(t *testing.T) {
	t.Parallel()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	following := func(*http.Request, []*http.Request) error { return nil }
	// An http.Client that follows a redirect would trust the other server.
	trusting := func() *http.Transport {
		transport := client.NewTransport()
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
		t.Cleanup(transport.CloseIdleConnections)
		return transport
	}
	for _, doer := range []struct {
		name  string
		start func(*httptest.Server)
		doer  client.Doer
	}{
		{"the default transport", overHTTP, nil},
		{"an http.Client over HTTP/1.1", overHTTP, &http.Client{Transport: trusting(), CheckRedirect: following}},
		{"an http.Client over HTTP/2", overHTTP2, &http.Client{Transport: trusting(), CheckRedirect: following}},
		{"an http.Client with a Jar", overHTTP2, &http.Client{Transport: trusting(), CheckRedirect: following, Jar: jar}},
	} {
		t.Run(doer.name, func(t *testing.T) {
			r := newRedirector(t, doer.start)
			c, err := client.New(client.StaticToken(clienttest.Token), client.WithAppSecret(clienttest.AppSecret),
				client.WithBaseURL(r.base.URL), client.WithHTTPClient(doer.doer))
			if err != nil {
				t.Fatal(err)
			}
			for name, target := range r.targets(t) {
				r.target.Store(&target)
				for _, status := range redirectStatuses {
					r.status.Store(int64(status))
					for _, op := range clienttest.Operations {
						before := r.asked.Load()
						err := op.Call(t.Context(), c, clienttest.GroupID)
						class := "ErrUnknown"
						if op.Change && (status == http.StatusSeeOther || status == http.StatusNotModified) {
							class = "ErrAmbiguous" // what the server says follows a change that it made
						}
						if clienttest.ClassesOf(err) != class || clienttest.AsError(t, err).StatusCode != status {
							t.Errorf("%s, %d to %s: %v", op.Name, status, name, err)
						}
						if n := len(r.taken()); n > 0 || r.asked.Load()-before != 1 {
							t.Errorf("%s, %d to %s: %d requests, %d elsewhere", op.Name, status, name, r.asked.Load()-before, n)
						}
					}
				}
			}
		})
	}
}
