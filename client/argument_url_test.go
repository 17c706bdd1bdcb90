package client_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestBaseURLAccepted(t *testing.T) {
	for _, tt := range []struct{ name, base, host, path string }{
		{"the default", client.DefaultBaseURL, "graph.facebook.com", ""},
		{"a slash at its end", "https://graph.facebook.com/", "graph.facebook.com", ""},
		{"several slashes at its end", "https://graph.facebook.com///", "graph.facebook.com", ""},
		{"a path", "https://proxy.example/meta/graph", "proxy.example", "/meta/graph"},
		{"a path and a slash", "https://proxy.example/meta/", "proxy.example", "/meta"},
		{"a dot inside of a segment", "https://proxy.example/v1.2/..a", "proxy.example", "/v1.2/..a"},
		{"brackets in the path", "https://proxy.example/[x]", "proxy.example", "/[x]"},
		{"a port", "https://proxy.example:8443", "proxy.example:8443", ""},
		{"a scheme in capitals", "HTTPS://proxy.example", "proxy.example", ""},
		{"an IPv6 address", "https://[2001:db8::1]", "[2001:db8::1]", ""},
		{"http on localhost", "http://localhost:8080", "localhost:8080", ""},
		{"http on LocalHost", "http://LocalHost", "LocalHost", ""},
		{"http on 127.0.0.1", "http://127.0.0.1:8080", "127.0.0.1:8080", ""},
		{"http elsewhere in 127.0.0.0/8", "http://127.1.2.3", "127.1.2.3", ""},
		{"http on ::1", "http://[::1]:8080", "[::1]:8080", ""},
		{"http on 127.0.0.1 as IPv6", "http://[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, op := range clienttest.Operations {
				asked := requestOf(t, op, client.WithBaseURL(tt.base))
				clienttest.Equal(t, "host", asked.URL.Host, tt.host)
				clienttest.Equal(t, "path", asked.URL.Path, tt.path+"/"+client.DefaultAPIVersion+"/"+clienttest.GroupID)
			}
		})
	}
}

// requestOf catches the request of an operation on its way to the network.
func requestOf(tb testing.TB, op clienttest.Operation, opts ...client.Option) *http.Request {
	tb.Helper()
	var caught *http.Request
	catch := clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
		caught = r
		return nil, errors.New("caught")
	})
	c, err := client.New(client.StaticToken(clienttest.Token), append(opts, clienttest.NoRetries, client.WithHTTPClient(catch))...)
	if err != nil {
		tb.Fatal(err)
	}
	if err := op.Call(tb.Context(), c, clienttest.GroupID); err == nil || caught == nil {
		tb.Fatalf("%s: error %v, request %v", op.Name, err, caught)
	}
	return caught
}

func TestBaseURLRefused(t *testing.T) {
	for _, tt := range []struct{ name, base string }{
		{"empty", ""},
		{"no scheme", "graph.facebook.com"},
		{"no scheme but slashes", "//graph.facebook.com"},
		{"a path only", "/graph"},
		{"no host", "https://"},
		{"no host but a port", "https://:443"},
		{"no slashes", "https:graph.facebook.com"},
		{"another scheme", "ftp://graph.facebook.com"},
		{"a file", "file:///etc/passwd"},
		{"a socket", "unix:///run/graph.sock"},
		{"http to another machine", "http://graph.facebook.com"},
		{"http to a private address", "http://192.168.1.1"},
		{"http to any address", "http://0.0.0.0"},
		{"http to a name that starts like localhost", "http://localhost.example"},
		{"http to a name that ends like localhost", "http://evil-localhost"},
		{"http to a short form of 127.0.0.1", "http://127.1"},
		{"http to 127.0.0.1 as one number", "http://2130706433"},
		{"a user", "https://user@graph.facebook.com"},
		{"a user and a password", "https://user:secret@graph.facebook.com"},
		{"a query", "https://graph.facebook.com?x=1"},
		{"an empty query", "https://graph.facebook.com/?"},
		{"a fragment", "https://graph.facebook.com#top"},
		{"an empty fragment", "https://graph.facebook.com/#"},
		{"this folder", "https://graph.facebook.com/./x"},
		{"the folder above", "https://graph.facebook.com/x/.."},
		{"the folder above, escaped", "https://graph.facebook.com/x/%2e%2e"},
		{"an escaped slash", "https://graph.facebook.com/a%2Fb"},
		{"a space in the path", "https://graph.facebook.com/a b"},
		{"an accent in the path", "https://graph.facebook.com/é"},
		{"a space in the host", "https://graph.face book.com"},
		{"a space in front", " https://graph.facebook.com"},
		{"a line break", "https://graph.facebook.com\n"},
		{"a port that is no number", "https://graph.facebook.com:https"},
		{"an address that is none", "https://[::1"},
		{"a backslash", `https://graph.facebook.com\@example.com`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clienttest.WantNoClient(t, "WithBaseURL", client.WithBaseURL(tt.base))
		})
	}
}
