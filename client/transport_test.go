package client_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestCallersHTTPClientIsNotChanged(t *testing.T) {
	s := clienttest.Serve(t, clienttest.Respond(http.StatusFound, "", "Location", "/elsewhere"))
	own := &http.Client{Transport: s.Transport, Timeout: time.Minute}
	_, err := s.Client(client.WithHTTPClient(own)).GetGroup(t.Context(), clienttest.GroupID)
	clienttest.WantClass(t, err, client.ErrUnknown)
	clienttest.Equal(t, "CheckRedirect is nil", own.CheckRedirect == nil, true)
	clienttest.Equal(t, "Timeout", own.Timeout, time.Minute)
	clienttest.Equal(t, "Transport is the same", own.Transport == http.RoundTripper(s.Transport), true)
}

func TestCookiesOfTheCallersJarAreSent(t *testing.T) {
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("sticky"); err != nil {
			http.SetCookie(w, &http.Cookie{Name: "sticky", Value: "1"})
			clienttest.Respond(http.StatusServiceUnavailable, "")(w, r)
			return
		}
		clienttest.Success(w, r)
	})
	jar, err := cookiejar.New(nil)
	clienttest.WantClass(t, err, nil)
	c := s.Client(clienttest.FastRetries(2), client.WithHTTPClient(&http.Client{Transport: s.Transport, Jar: jar}))
	_, err = c.GetGroup(t.Context(), clienttest.GroupID)
	clienttest.WantClass(t, err, nil)
}

// Without WithHTTPClient, and with nothing in it, the client brings its own transport.
func TestDefaultTransport(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(clienttest.Success))
	defer srv.Close()
	own := client.NewTransport()
	defer own.CloseIdleConnections()
	for name, opts := range map[string][]client.Option{
		"no option":             nil,
		"a nil Doer":            {client.WithHTTPClient(nil)},
		"one of its own":        {client.WithHTTPClient(&http.Client{Transport: own})},
		"http.DefaultClient":    {client.WithHTTPClient(http.DefaultClient)},
		"an empty http.Client":  {client.WithHTTPClient(&http.Client{})},
		"a client with timeout": {client.WithHTTPClient(&http.Client{Timeout: time.Minute})},
	} {
		t.Run(name, func(t *testing.T) {
			// In capitals, as the settings of proxies do not know it.
			base := strings.Replace(srv.URL, "127.0.0.1", "LOCALHOST", 1)
			c, err := client.New(client.StaticToken(clienttest.Token), append(opts, client.WithBaseURL(base))...)
			clienttest.WantClass(t, err, nil)
			for _, op := range clienttest.Operations {
				clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
			}
		})
	}
}

// What goes to this machine in the clear goes through no proxy, not even one that is set for every host. Package http
// reads the environment once, so that takes a process of its own.
func TestLoopbackThroughNoProxy(t *testing.T) {
	var seen atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Add(1)
		clienttest.Success(w, r)
	}))
	defer proxy.Close()
	program, err := os.Executable()
	clienttest.WantClass(t, err, nil)
	run := exec.CommandContext(t.Context(), program, "-test.run=^TestDefaultTransport$", "-test.v")
	run.Env = []string{"HTTP_PROXY=" + proxy.URL}
	out, err := run.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestDefaultTransport") {
		t.Errorf("%v\n%s", err, out)
	}
	clienttest.Equal(t, "requests that the proxy has seen", seen.Load(), 0)

	everything := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }}
	replaceDefaultTransport(t, everything)
	for scheme, want := range map[string]bool{"http": false, "https": true} {
		got, err := client.NewTransport().Proxy(&http.Request{URL: &url.URL{Scheme: scheme, Host: "127.0.0.1"}})
		clienttest.WantClass(t, err, nil)
		clienttest.Equal(t, "a proxy for "+scheme, got != nil, want)
	}
}

// replaceDefaultTransport does what a program may do, until the test ends.
func replaceDefaultTransport(t *testing.T, replacement http.RoundTripper) {
	t.Helper()
	original := http.DefaultTransport
	http.DefaultTransport = replacement                    //nolint:reassign // as a program may do
	t.Cleanup(func() { http.DefaultTransport = original }) //nolint:reassign // as it was
}

func TestDefaultTransportSettings(t *testing.T) {
	for name, replace := range map[string]http.RoundTripper{
		"a clone of the default one":                              http.DefaultTransport,
		"on its own where a program has replaced the default one": doerTransport{},
	} {
		t.Run(name, func(t *testing.T) {
			original := http.DefaultTransport
			replaceDefaultTransport(t, replace)
			transport := client.NewTransport()
			clienttest.Equal(t, "idle connections", transport.MaxIdleConns, 256)
			clienttest.Equal(t, "idle connections per host", transport.MaxIdleConnsPerHost, 256)
			clienttest.Equal(t, "bytes of headers", transport.MaxResponseHeaderBytes, 256<<10)
			clienttest.Equal(t, "HTTP/2", transport.ForceAttemptHTTP2, true)
			clienttest.Equal(t, "a proxy from the environment", transport.Proxy != nil, true)
			clienttest.Equal(t, "not the shared one", http.RoundTripper(transport) != original, true)
		})
	}
	clienttest.Equal(t, "the shared one is as it was", http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost, 0)
}

type doerTransport struct{}

func (doerTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("unused")
}

// CloseIdleConnections reaches the transport through all that a client puts around it, and is nothing to other Doers.
func TestCloseIdleConnections(t *testing.T) {
	closed := make(chan struct{}, 1)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(clienttest.Success))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	srv.Start()
	defer srv.Close()
	transport := client.NewTransport()
	for name, opt := range map[string]client.Option{
		"the default transport": nil,
		"an http.Client":        client.WithHTTPClient(&http.Client{Transport: transport}),
		"one with a timeout":    client.WithHTTPClient(&http.Client{Transport: transport, Timeout: time.Minute}),
	} {
		t.Run(name, func(t *testing.T) {
			c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL(srv.URL), opt)
			clienttest.WantClass(t, err, nil)
			clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)), nil)
			c.CloseIdleConnections()
			<-closed
		})
	}
	plain := client.WithHTTPClient(clienttest.DoerFunc(transport.RoundTrip))
	c, err := client.New(client.StaticToken(clienttest.Token), plain)
	clienttest.WantClass(t, err, nil)
	c.CloseIdleConnections()
}

// A Doer of the caller may break the rules of net/http.
func TestDoerThatMisbehaves(t *testing.T) {
	reason := errors.New("refused by policy")
	closed := make(chan bool, 1)
	body := closeFunc(func() error { closed <- true; return nil })
	for _, tt := range []struct {
		name string
		doer clienttest.DoerFunc
		says string
	}{
		{"neither a response nor an error", func(*http.Request) (*http.Response, error) { return nil, nil }, "neither"},
		{"a response and an error", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: body}, reason
		}, reason.Error()},
		{"a response without a body and an error", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200}, reason
		}, reason.Error()},
		{"a response without a body", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, ContentLength: -1}, nil
		}, "it is empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries, client.WithHTTPClient(tt.doer))
			clienttest.WantClass(t, err, nil)
			_, err = c.GetGroup(t.Context(), clienttest.GroupID)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want %q", err, tt.says)
			}
		})
	}
	<-closed // the body of a response that came with an error
}

type closeFunc func() error

func (closeFunc) Read([]byte) (int, error) { return 0, io.EOF }
func (f closeFunc) Close() error           { return f() }

// The body of every response is closed, so that its connection can be used again.
func TestOneConnectionServesManyCalls(t *testing.T) {
	remotes := map[string]bool{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		remotes[r.RemoteAddr] = true
		switch len(r.URL.Path) % 3 {
		case 0:
			clienttest.Success(w, r)
		case 1:
			clienttest.Respond(http.StatusBadRequest, clienttest.GraphError(100)+strings.Repeat(" ", 100_000))(w, r)
		default:
			clienttest.Respond(http.StatusOK, "<html>"+strings.Repeat(" ", 100_000))(w, r)
		}
	}))
	defer srv.Close()
	c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL(srv.URL), clienttest.NoRetries)
	clienttest.WantClass(t, err, nil)
	for i := range 30 {
		_, _ = c.GetGroup(t.Context(), fmt.Sprint(strings.Repeat("g", i%3+1)))
	}
	clienttest.Equal(t, "connections", len(remotes), 1)
}
