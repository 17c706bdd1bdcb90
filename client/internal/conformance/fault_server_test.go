package conformance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A peer is the server's end of one connection, for scripts that break HTTP on purpose.
type peer struct {
	net.Conn
	in     *bufio.Reader
	server *faultServer
}

func newPeer(c net.Conn, s *faultServer) *peer {
	return &peer{Conn: c, in: bufio.NewReader(c), server: s}
}

// A script is what the server does with one connection, which is closed when the script returns.
type script func(p *peer)

// A faultServer runs a script on each of its connections, in the order in which they come; the last one serves all
// further connections too.
type faultServer struct {
	url       string
	transport *http.Transport
	scripts   []script
	dials     atomic.Int64
	requests  atomic.Int64 // those that came whole
	running   sync.WaitGroup
	ended     chan struct{} // for scripts that wait for the end of a call
	end       func()        // closes ended

	mu     sync.Mutex
	conns  []net.Conn
	proofs []string
}

func newFaultServer(scripts []script) *faultServer {
	s := &faultServer{url: clienttest.PipeURL, scripts: scripts, ended: make(chan struct{})}
	s.end = sync.OnceFunc(func() { close(s.ended) })
	return s
}

// faultPipe serves over pipes, for tests in virtual time.
func faultPipe(tb testing.TB, scripts ...script) *faultServer {
	tb.Helper()
	s := newFaultServer(scripts)
	s.transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		s.start(far)
		return near, nil
	}}
	tb.Cleanup(s.close)
	return s
}

// faultSocket serves on a loopback socket, which unlike a pipe can be reset.
func faultSocket(tb testing.TB, scripts ...script) *faultServer {
	tb.Helper()
	l := listen(tb)
	s := newFaultServer(scripts)
	s.transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	}}
	s.running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.start(c)
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		s.close()
	})
	return s
}

func listen(tb testing.TB) net.Listener {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func (s *faultServer) start(c net.Conn) {
	n := int(s.dials.Add(1)) - 1
	s.mu.Lock()
	s.conns = append(s.conns, c)
	s.mu.Unlock()
	s.running.Go(func() {
		defer func() { _ = c.Close() }()
		s.scripts[min(n, len(s.scripts)-1)](newPeer(c, s))
	})
}

func (s *faultServer) close() {
	s.end()
	s.transport.CloseIdleConnections()
	s.mu.Lock()
	for _, c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// client makes a client of the server, with an app secret so that there is a proof to be leaked.
func (s *faultServer) client(tb testing.TB, opts ...client.Option) *client.Client {
	tb.Helper()
	c, err := client.New(client.StaticToken(clienttest.Token), append([]client.Option{
		client.WithBaseURL(s.url), client.WithHTTPClient(&http.Client{Transport: s.transport}),
		client.WithAppSecret(clienttest.AppSecret),
	}, opts...)...)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// head reads a request as far as its headers. It returns nil when the client has closed the connection.
func (p *peer) head() *http.Request {
	r, err := http.ReadRequest(p.in)
	if err != nil {
		return nil
	}
	p.server.remember(r.URL.Query().Get("appsecret_proof"))
	return r
}

// remember keeps a proof, which no error may contain.
func (s *faultServer) remember(proof string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if proof != "" {
		s.proofs = append(s.proofs, proof)
	}
}

// request reads and counts a whole request.
func (p *peer) request() *http.Request {
	r := p.head()
	if r == nil {
		return nil
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil
	}
	p.server.requests.Add(1)
	return r
}

func (p *peer) send(text string) { _, _ = io.WriteString(p, text) }

// reset closes the connection the hard way, so that the client gets an error and no end of file.
func (p *peer) reset() {
	if c, ok := p.Conn.(*net.TCPConn); ok {
		_ = c.SetLinger(0)
	}
	_ = p.Close()
}

// untilClosed waits for the client to close the connection, and ignores what it sends until then.
func (p *peer) untilClosed() { _, _ = io.Copy(io.Discard, p.in) }

// healthy gives every request the response that it expects.
func healthy(p *peer) {
	for r := p.request(); r != nil; r = p.request() {
		p.send(goodResponse(r.Method))
	}
}

// whole makes a script that acts on one whole request.
func whole(act func(p *peer)) script {
	return func(p *peer) {
		if p.request() != nil {
			act(p)
		}
	}
}

func goodResponse(method string) string {
	if method == http.MethodGet {
		return rawResponse(200, `{"id":"`+clienttest.GroupID+`","messaging_product":"whatsapp"}`)
	}
	return rawResponse(200, `{"success":true,"request_id":"106540352242922"}`)
}

// rawResponse is a response on the wire; the headers are whole lines.
func rawResponse(status int, body string, headers ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s",
		status, http.StatusText(status), len(body), strings.Join(append(headers, ""), "\r\n"), body)
}

// quick keeps the waits between attempts short where time is real.
var quick = client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond})
