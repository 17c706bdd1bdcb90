package conformance

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestRefusedConnection(t *testing.T) {
	l := listen(t)
	address := l.Addr().String()
	_ = l.Close() // so that the connection is refused
	for _, op := range clienttest.Operations {
		t.Run(op.Name, func(t *testing.T) {
			c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL("http://"+address),
				client.WithAppSecret(clienttest.AppSecret), quick)
			if err != nil {
				t.Fatal(err)
			}
			ctx, info := client.WithCallInfo(t.Context())
			err = op.Call(ctx, c, clienttest.GroupID)
			check(t, err, info.Attempts, neverSent.of(op))
			if !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("error %v does not match the refusal", err)
			}
		})
	}
}

// The errors are those of package net for names that do not exist or cannot be looked up now.
func TestNameNotResolved(t *testing.T) {
	tests := []struct {
		name string
		dns  net.DNSError
	}{
		{"not found", net.DNSError{Err: "no such host", Name: "graph.example.com", IsNotFound: true}},
		{"temporary", net.DNSError{Err: "server misbehaving", Name: "graph.example.com", IsTemporary: true}},
		{"timeout", net.DNSError{Err: "i/o timeout", Name: "graph.example.com", IsTimeout: true}},
	}
	for _, test := range tests {
		for _, op := range clienttest.Operations {
			t.Run(test.name+"/"+op.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faultPipe(t, healthy)
					s.transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
						return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &test.dns}
					}
					w := neverSent.of(op)
					if test.dns.IsTimeout {
						w.context = context.DeadlineExceeded
					}
					err := s.try(t.Context(), t, s.client(t), op, w)
					if got, ok := errors.AsType[*net.DNSError](err); !ok || *got != test.dns {
						t.Errorf("error %v holds the DNS error %v, want %v", err, got, test.dns)
					}
				})
			})
		}
	}
}

// A server whose certificate does not verify is not asked again: the next response would be the same.
func TestCertificateRefused(t *testing.T) {
	tests := []struct {
		name    string
		host    string
		expires time.Duration
		trusted bool
		target  any
		own     bool // a check of the caller's, in a transport that the client does not see
	}{
		{"unknown authority", "localhost", time.Hour, false, new(x509.UnknownAuthorityError), false},
		{"unknown authority, by the caller's own check", "localhost", time.Hour, false, new(x509.UnknownAuthorityError), true},
		{"expired", "localhost", -time.Hour, true, new(x509.CertificateInvalidError), false},
		{"wrong host", "other.example.com", time.Hour, true, new(x509.HostnameError), false},
	}
	for _, test := range tests {
		for _, op := range clienttest.Operations {
			t.Run(test.name+"/"+op.Name, func(t *testing.T) {
				certificate, pool := newCertificate(t, test.host, time.Now().Add(test.expires))
				if !test.trusted {
					pool = x509.NewCertPool()
				}
				// On a pipe both sides would write, and wait for each other.
				s := faultSocket(t, overTLS(&tls.Config{Certificates: []tls.Certificate{certificate}}, healthy))
				s.transport.TLSClientConfig = &tls.Config{RootCAs: pool}
				s.url = "https://localhost"
				var doer client.Option
				if test.own {
					verify := func(c tls.ConnectionState) error {
						_, err := c.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: pool})
						return err
					}
					s.transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true, VerifyConnection: verify}
					doer = client.WithHTTPClient(clienttest.DoerFunc(s.transport.RoundTrip))
				}
				err := s.try(t.Context(), t, s.client(t, doer), op, want{class: client.ErrNotSent, attempts: 1})
				if !errors.As(err, test.target) {
					t.Errorf("error %v holds no %T", err, test.target)
				}
			})
		}
	}
}

// Before the handshake is over nothing of a request has been sent, whatever ended it.
func TestHandshakeCutOff(t *testing.T) {
	hello := func(p *peer) { _, _ = p.in.Peek(64) } // as much of the client's first record
	tests := []struct {
		name    string
		script  script
		context error
	}{
		{"before the client's hello", func(*peer) {}, nil},
		{"after the client's hello", hello, nil},
		{"a response in the clear", func(p *peer) { hello(p); p.send(rawResponse(400, "")); p.untilClosed() }, nil},
		{"nonsense", func(p *peer) { hello(p); p.send("\x16\x03\x03\xff\xff nonsense"); p.untilClosed() }, nil},
		{"refused with an alert", overTLS(&tls.Config{MaxVersion: tls.VersionTLS11}, healthy), nil},
		{"no response", (*peer).untilClosed, context.DeadlineExceeded},
	}
	for _, test := range tests {
		for _, op := range clienttest.Operations {
			t.Run(test.name+"/"+op.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faultPipe(t, test.script)
					s.transport.TLSHandshakeTimeout = 10 * time.Second // as in the default transport
					s.url = "https://localhost"
					w := neverSent.of(op)
					w.context = test.context
					_ = s.try(t.Context(), t, s.client(t), op, w)
				})
			})
		}
	}
}

// Nor has anything been sent to the server when a proxy does not get through to it. What a proxy forbids it forbids
// again; where it fails itself it may recover.
func TestProxyRefuses(t *testing.T) {
	for status, attempts := range map[int]int{
		http.StatusForbidden: 1, http.StatusProxyAuthRequired: 1, http.StatusMethodNotAllowed: 1,
		http.StatusInternalServerError: 3, http.StatusBadGateway: 3, http.StatusServiceUnavailable: 3,
	} {
		for _, op := range clienttest.Operations {
			t.Run(fmt.Sprint(status, op.Name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faultPipe(t, func(p *peer) {
						if _, err := http.ReadRequest(p.in); err == nil {
							p.send(rawResponse(status, "Retry later"))
						}
						p.untilClosed()
					})
					dial := s.transport.DialContext
					s.transport = client.NewTransport()
					s.transport.DialContext = dial
					s.transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "localhost:3128"})
					s.url = "https://localhost"
					err := s.try(t.Context(), t, s.client(t), op, want{class: client.ErrNotSent, attempts: attempts})
					says := fmt.Sprintf("the proxy refused to connect: %d %s", status, http.StatusText(status))
					if !strings.Contains(err.Error(), says) {
						t.Errorf("error %v, want %q", err, says)
					}
				})
			})
		}
	}
}

// overTLS runs a script behind a handshake.
func overTLS(config *tls.Config, run script) script {
	return func(p *peer) {
		c := tls.Server(p.Conn, config)
		if c.HandshakeContext(context.Background()) == nil {
			run(newPeer(c, p.server))
		}
	}
}

// newCertificate makes a certificate for a host, and a pool that trusts it.
func newCertificate(tb testing.TB, host string, expires time.Time) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: expires.Add(-48 * time.Hour), NotAfter: expires,
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
