package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// What a response to a change says, and what it says beside that.
func TestBodiesOfAChange(t *testing.T) {
	long := strings.Repeat("x", 70<<10)
	for _, tt := range []struct {
		status int
		body   string
		want   client.ErrorClass // "" for accepted
	}{
		// The code counts, however far behind it stands.
		{200, `{"debug":"` + long + `","error":{"code":2}}`, client.ErrUnavailable},
		{400, `{"debug":"` + long + `","error":{"code":2}}`, client.ErrUnavailable},
		{200, `{"error":{"message":"` + long + `","code":131201}}`, client.ErrPartial},
		{400, "\ufeff" + `{"error":{"code":2},"more":"` + strings.Repeat(long, 30) + `"}`, client.ErrUnavailable},
		// What says nothing does not hide what follows.
		{200, `{"error":{},"errors":[{"code":2}]}`, client.ErrUnavailable},
		{200, `{"error":false,"errors":[{"code":131000}]}`, client.ErrUnavailable},
		{400, `{"error":{},"error_code":2,"error_msg":"try later"}`, client.ErrUnavailable},
		{200, `{"error":"","error_code":190,"error_msg":"Session has expired"}`, client.ErrUnauthorized},
		{200, `{"error":"Session has expired","error_code":190}`, client.ErrUnauthorized},
		{400, `{"errors":[{},{"code":2}]}`, client.ErrUnavailable},
		// Nor does it make a failure of a success.
		{200, `{"success":true,"error_code":"0"}`, ""},
		{200, `{"success":true,"error_code":0.0}`, ""},
		{200, `{"success":true,"error":"false"}`, ""},
		{200, `{"success":true,"errors":[null,{}]}`, ""},
		// A success and a failure at once leave the outcome open.
		{400, `{"success":true,"error":{"code":4}}`, client.ErrAmbiguous},
		{429, `{"success":true,"error":{"code":4}}`, client.ErrAmbiguous},
		{400, `{"success":true}`, client.ErrAmbiguous},
	} {
		s := clienttest.Serve(t, clienttest.Respond(tt.status, tt.body))
		err := clienttest.OperationNamed("UpdateGroup").Call(t.Context(), s.Client(clienttest.NoRetries), clienttest.GroupID)
		if client.Class(err) != tt.want {
			t.Errorf("%d %.70q: class %q, want %q", tt.status, tt.body, client.Class(err), tt.want)
		}
	}
}

// After a Doer has sent an update twice, a clock that is off is no reason to send it a third time.
func TestSkewAfterADoerSentTwice(t *testing.T) {
	s := clienttest.Serve(t, clienttest.InTurn(clienttest.Respond(502, ""), clienttest.Respond(400,
		`{"error":{"code":100,"message":"Invalid appsecret_proof provided in the API argument"}}`,
		"Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))))
	c := s.Client(client.WithHTTPClient(twice(s.Transport)), client.WithAppSecret(clienttest.AppSecret))
	clienttest.WantClass(t, clienttest.OperationNamed("UpdateGroup").Call(t.Context(), c, clienttest.GroupID),
		client.ErrAmbiguous)
	clienttest.Equal(t, "requests", s.Requests(), 2)
}

// Only Graph's word moves the clock, not the sign-in page of a network.
func TestClockOfACaptivePortal(t *testing.T) {
	s := clienttest.Serve(t, clienttest.Respond(401, "<html>sign in to the network</html>",
		"Date", "Thu, 01 Jan 1970 00:00:00 GMT", "Content-Type", "text/html"))
	c := s.Client(client.WithAppSecret(clienttest.AppSecret))
	clienttest.WantClass(t, clienttest.OperationNamed("GetGroup").Call(t.Context(), c, clienttest.GroupID),
		client.ErrUnauthorized)
	clienttest.Equal(t, "requests", s.Requests(), 1)
}

// Characters that are left out of an excerpt do not put a token together.
func TestExcerptOfATokenInPieces(t *testing.T) {
	for _, separator := range []string{"\u200b", "\u00ad", "\ufeff", "\x01", "\xff"} {
		for _, form := range []string{"upstream error: %s", "<title>%s</title>", "<p>%s</p>", `{"message":"%s"}`} {
			var pieces strings.Builder
			for i, c := range clienttest.Token {
				if i%8 == 0 {
					pieces.WriteString(separator)
				}
				pieces.WriteRune(c)
			}
			s := clienttest.Serve(t, clienttest.Respond(404, fmt.Sprintf(form, pieces.String())))
			_, err := s.Client().GetGroup(t.Context(), clienttest.GroupID)
			clienttest.WantNoSecret(t, "error", err.Error())
		}
	}
}

// A server chooses the request ID, and programs log receipts.
func TestReceiptHoldsNoSecret(t *testing.T) {
	s := clienttest.Serve(t, clienttest.Respond(200, `{"success":true,"request_id":"`+clienttest.Token+`"}`))
	receipt, err := s.Client().DeleteGroup(t.Context(), clienttest.GroupID)
	clienttest.WantClass(t, err, nil)
	clienttest.WantNoSecret(t, "receipt", fmt.Sprintf("%+v", receipt))
}

type pointingError struct {
	Request *struct{ URL, Authorization string }
}

func (*pointingError) Error() string { return "failed" }

// An error is not handed out if it leads to a secret, though its text has none.
func TestErrorThatPointsToARequest(t *testing.T) {
	doer := clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
		return nil, &pointingError{&struct{ URL, Authorization string }{r.URL.String(), r.Header.Get("Authorization")}}
	})
	c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries, client.WithHTTPClient(doer))
	clienttest.WantClass(t, err, nil)
	_, err = c.GetGroup(t.Context(), clienttest.GroupID)
	if p, ok := errors.AsType[*pointingError](err); ok {
		b, _ := json.Marshal(p)
		t.Errorf("%s", b)
	}
}

// What says "refused before any request was sent" is not found once one was.
func TestTokenThatBecomesMalformed(t *testing.T) {
	s := clienttest.Serve(t, clienttest.Respond(503, ""))
	n := 0
	ts := clienttest.TokenFunc(func(context.Context) (string, error) {
		n++
		return clienttest.Token + strings.Repeat("\n", n-1), nil
	})
	_, err := s.ClientOf(ts).DeleteGroup(t.Context(), clienttest.GroupID)
	if argument, ok := errors.AsType[*client.ArgumentError](err); ok || s.Requests() != 1 {
		t.Errorf("%d requests, and %v", s.Requests(), argument)
	}
}

type endless struct{}

func (endless) Read([]byte) (int, error) { return 0, nil }

// A reader that trickles is bounded by the call, one that never gets anywhere by its reads.
func TestPhotoReaderWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := clienttest.Serve(t, clienttest.Success)
		c := s.Client(client.WithTimeout(time.Second))
		_, err := c.SetGroupPhoto(t.Context(), clienttest.GroupID, endless{})
		clienttest.WantClass(t, err, client.ErrNotSent)
		start := time.Now()
		trickle := readFunc(func(b []byte) (int, error) {
			<-time.After(100 * time.Millisecond)
			b[0] = 0xff
			return 1, nil
		})
		_, err = c.SetGroupPhoto(t.Context(), clienttest.GroupID, trickle)
		clienttest.WantClass(t, err, client.ErrNotSent)
		clienttest.Equal(t, "time", time.Since(start), time.Second)
	})
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(b []byte) (int, error) { return f(b) }
func (f readFunc) Close() error               { return nil }

// The body of a protocol that is registered with net/http's transport need not end with the context.
func TestBodyOfARegisteredProtocol(t *testing.T) {
	stop := make(chan struct{})
	transport := client.NewTransport()
	transport.RegisterProtocol("http", roundTrip(func(r *http.Request) (*http.Response, error) {
		body := readFunc(func([]byte) (int, error) { <-stop; return 0, io.EOF })
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, ContentLength: -1, Request: r}, nil
	}))
	c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries,
		client.WithBaseURL("http://127.0.0.1:9"), client.WithTimeout(50*time.Millisecond),
		client.WithHTTPClient(&http.Client{Transport: transport}))
	clienttest.WantClass(t, err, nil)
	_, err = c.GetGroup(t.Context(), clienttest.GroupID)
	clienttest.WantClass(t, err, client.ErrUnavailable)
	close(stop)
}

// A proxy's refusal is final, also without the hook of NewTransport, and where the proxy speaks SOCKS.
func TestProxyRefusalsElsewhere(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	socks, err := net.Listen("tcp", "127.0.0.1:0")
	clienttest.WantClass(t, err, nil)
	defer socks.Close()
	go func() {
		for {
			conn, err := socks.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			b := make([]byte, 300)
			_, _ = conn.Read(b)
			_, _ = conn.Write([]byte{5, 0})
			_, _ = conn.Read(b)
			_, _ = conn.Write([]byte{5, 2, 0, 1, 0, 0, 0, 0, 0, 0}) // not allowed by ruleset
			_ = conn.Close()
		}
	}()
	for _, address := range []string{proxy.URL, "socks5://" + socks.Addr().String()} {
		u, err := url.Parse(address)
		clienttest.WantClass(t, err, nil)
		asked.Store(0)
		c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL("https://graph.invalid"),
			client.WithHTTPClient(&http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}))
		clienttest.WantClass(t, err, nil)
		_, err = c.GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrNotSent)
		clienttest.Equal(t, "connections to "+u.Scheme, asked.Load(), 1)
	}
}

// The token of a loopback address does not go to a proxy that the program has chosen for the rest of the world.
func TestLoopbackPastAProxy(t *testing.T) {
	seen := ""
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = r.Header.Get("Authorization")
	}))
	defer proxy.Close()
	u, err := url.Parse(proxy.URL)
	clienttest.WantClass(t, err, nil)
	for name, transport := range map[string]*http.Transport{"NewTransport": client.NewTransport(), "own": {}} {
		transport.Proxy = http.ProxyURL(u)
		c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries,
			client.WithBaseURL("http://127.0.0.1:9"), client.WithHTTPClient(&http.Client{Transport: transport}))
		clienttest.WantClass(t, err, nil)
		_, err = c.GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrNotSent)
		clienttest.Equal(t, name+": what the proxy saw", seen, "")
	}
}

// An http.Client with a Timeout would follow the address, and fail on one that it cannot read.
func TestRedirectToNoAddress(t *testing.T) {
	s := clienttest.Serve(t, clienttest.Respond(302, "", "Location", "http://[::1"))
	c := s.Client(client.WithHTTPClient(&http.Client{Transport: s.Transport, Timeout: time.Minute}))
	_, err := c.GetGroup(t.Context(), clienttest.GroupID)
	clienttest.WantClass(t, err, client.ErrUnknown)
	clienttest.Equal(t, "requests", s.Requests(), 1)
}
