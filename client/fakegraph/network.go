package fakegraph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control"
)

var (
	errClosed    = errors.New("the server is closed")
	errListening = errors.New("the server listens already")
)

// network is the connections of a server and the requests that wait.
//
// It holds neither a channel nor a WaitGroup that lives as long as the server: those belong to the synctest bubble in
// which they were made, and a server may be used inside and outside of one.
type network struct {
	mu      sync.Mutex
	changed *sync.Cond // when a connection or the listener has ended
	closed  bool
	server  *http.Server // of the listener
	address *net.TCPAddr
	serving bool
	running int // goroutines of run
	conns   map[net.Conn]struct{}
	waiting map[*context.CancelFunc]struct{}
}

func newNetwork() *network {
	n := &network{conns: map[net.Conn]struct{}{}, waiting: map[*context.CancelFunc]struct{}{}}
	n.changed = sync.NewCond(&n.mu)
	return n
}

func newHTTPServer(h http.Handler, state func(net.Conn, http.ConnState)) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Server{Handler: h, ConnState: state, ReadHeaderTimeout: time.Minute, Protocols: &protocols}
}

// serve runs the listener in the background.
func (n *network) serve(listener net.Listener, h http.Handler) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.closed:
		return errClosed
	case n.server != nil:
		return errListening
	}
	n.server = newHTTPServer(h, n.track)
	n.address, _ = listener.Addr().(*net.TCPAddr)
	n.serving = true
	server := n.server
	go func() {
		_ = server.Serve(listener) // ends with Close
		n.mu.Lock()
		defer n.mu.Unlock()
		n.serving = false
		n.changed.Broadcast()
	}()
	return nil
}

// servePipe serves one connection of the Doer. Each has an http.Server of its own, because that has a WaitGroup.
func (n *network) servePipe(conn net.Conn, h http.Handler) error {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return errClosed
	}
	n.conns[conn] = struct{}{} // before anything runs, so that close waits for it
	n.mu.Unlock()
	_ = newHTTPServer(h, n.track).Serve(&oneConn{conn: conn}) // returns at once
	return nil
}

// run starts f, which close waits for, and returns false when the network is closed.
func (n *network) run(f func()) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return false
	}
	n.running++
	go func() {
		defer func() {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.running--
			n.changed.Broadcast()
		}()
		f()
	}()
	return true
}

// reports is how many goroutines of run there are.
func (n *network) reports() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.running
}

// track keeps account of the connections. StateClosed comes after the last handler of a connection has returned.
func (n *network) track(conn net.Conn, state http.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch state {
	case http.StateNew:
		n.conns[conn] = struct{}{}
	case http.StateClosed:
		delete(n.conns, conn)
		n.changed.Broadcast()
	}
}

func (n *network) close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	for cancel := range n.waiting {
		(*cancel)()
	}
	var err error
	if n.server != nil {
		n.mu.Unlock() // for track: Close waits for an Accept that is under way
		err = n.server.Close()
		n.mu.Lock()
	}
	for n.serving || n.running > 0 {
		n.changed.Wait()
	}
	for conn := range n.conns {
		_ = conn.Close()
	}
	for len(n.conns) > 0 {
		n.changed.Wait()
	}
	return err
}

func (n *network) url() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.address == nil {
		return "http://localhost"
	}
	if n.address.IP.IsUnspecified() { // all addresses; this one is surely among them
		return "http://" + (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: n.address.Port}).String()
	}
	return "http://" + n.address.String()
}

// untilClosed returns a context that also ends when the network is closed, and a function to let go of it.
func (n *network) untilClosed(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		cancel()
	}
	n.waiting[&cancel] = struct{}{}
	return ctx, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.waiting, &cancel)
		cancel()
	}
}

// newDoer returns a client that reaches a handler over net.Pipe.
func (n *network) newDoer(h http.Handler) *http.Client {
	dial := func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		if err := n.servePipe(far, h); err != nil {
			return nil, fmt.Errorf("fakegraph: %w", err)
		}
		return near, nil
	}
	// Requests to https URLs come too; they never leave this process.
	return newClient(&http.Transport{DialContext: dial, DialTLSContext: dial})
}

// newClient returns a client that follows no redirect. On a connection of its own, no request is retried by net/http
// after a drop, and none keeps a goroutine.
func newClient(t *http.Transport) *http.Client {
	t.DisableKeepAlives = true
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// oneConn is a listener that has one connection to offer.
type oneConn struct {
	conn  net.Conn
	taken bool
}

func (l *oneConn) Accept() (net.Conn, error) {
	if l.taken {
		return nil, io.EOF
	}
	l.taken = true
	return l.conn, nil
}

func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return l.conn.LocalAddr() }

// guard keeps web pages away from a listener on this machine: those that reach it under a name of their own (DNS
// rebinding), and those of other origins that would change something.
func (s *Server) guard(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := hostName(r.Host); !isLoopback(name) && !slices.Contains(s.config.hosts, name) {
			control.Refuse(w, http.StatusMisdirectedRequest, "Host",
				"this server serves loopback host names only: allow others with --host or WithHosts")
			return
		}
		if err := origins.Check(r); err != nil {
			control.Refuse(w, http.StatusForbidden, "Origin", err.Error())
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostName is a Host header in lower case without port, brackets and final dot.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func isLoopback(name string) bool {
	if name == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback()
}
