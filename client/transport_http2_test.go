package client_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// What a program has set for HTTP/2 stays, except the one limit that is ours.
func TestDefaultTransportKeepsHTTP2Settings(t *testing.T) {
	own := &http.HTTP2Config{PingTimeout: time.Second}
	replaceDefaultTransport(t, &http.Transport{HTTP2: own})
	got := client.NewTransport().HTTP2
	clienttest.Equal(t, "its setting", got.PingTimeout, time.Second)
	clienttest.Equal(t, "ours", got.MaxReceiveBufferPerStream, 256<<10)
	clienttest.Equal(t, "ours in the original", own.MaxReceiveBufferPerStream, 0)
}

// The default transport speaks HTTP/2 where the server does, and HTTP/1.1 once HTTP/2 is switched off in one of the
// usual ways, also when http.DefaultTransport, which it is cloned from, has been in use.
func TestHTTP2IsSwitchedOff(t *testing.T) {
	proto := make(chan string, 1)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proto <- r.Proto
		clienttest.Success(w, r)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	plain := httptest.NewServer(http.HandlerFunc(clienttest.Success))
	defer plain.Close()
	for _, tt := range []struct {
		name string
		set  func(*http.Transport)
		want string
	}{
		{"on", func(*http.Transport) {}, "HTTP/2.0"},
		{"ForceAttemptHTTP2", func(tr *http.Transport) { tr.ForceAttemptHTTP2 = false }, "HTTP/1.1"},
		{"Protocols", func(tr *http.Transport) {
			tr.Protocols = new(http.Protocols)
			tr.Protocols.SetHTTP1(true)
		}, "HTTP/1.1"},
		{"TLSNextProto", func(tr *http.Transport) {
			tr.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
		}, "HTTP/1.1"},
	} {
		for used, fresh := range map[string]*http.Transport{
			"unused": {ForceAttemptHTTP2: true},
			"used":   {ForceAttemptHTTP2: true},
			"with settings of TLS": {
				ForceAttemptHTTP2: true,
				TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS13, NextProtos: []string{"h2", "http/1.1"}},
			},
		} {
			t.Run(tt.name+", "+used, func(t *testing.T) {
				replaceDefaultTransport(t, fresh)
				if used != "unused" {
					resp, err := http.Get(plain.URL) //nolint:noctx // as any other part of a program
					clienttest.WantClass(t, err, nil)
					clienttest.WantClass(t, resp.Body.Close(), nil)
					defer fresh.CloseIdleConnections()
				}
				transport := client.NewTransport()
				tt.set(transport)
				if transport.TLSClientConfig == nil {
					transport.TLSClientConfig = new(tls.Config)
				}
				transport.TLSClientConfig.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
				c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL(srv.URL), clienttest.NoRetries,
					client.WithHTTPClient(&http.Client{Transport: transport}))
				clienttest.WantClass(t, err, nil)
				defer c.CloseIdleConnections()
				for _, op := range clienttest.Operations {
					if err := op.Call(t.Context(), c, clienttest.GroupID); err != nil {
						t.Fatal(err)
					}
					clienttest.Equal(t, "protocol", <-proto, tt.want)
				}
			})
		}
	}
}
