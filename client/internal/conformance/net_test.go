package conformance

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// cellNet is a server and the client's default transport, connected by pipes; it works in a synctest bubble.
type cellNet struct {
	transport *http.Transport
	server    *http.Server
	listener  *clienttest.PipeListener
	served    chan struct{}

	mu      sync.Mutex
	refused int // connections that are still to be refused
	open    int // connections that the client has not closed
}

// protocols are the names of the two versions of HTTP that every cell is run over, with their major numbers.
var protocols = []struct {
	name  string
	major int
}{{"HTTP/1.1", 1}, {"HTTP/2", 2}}

func newCellNet(major int, h http.Handler) *cellNet {
	var choice http.Protocols
	choice.SetHTTP1(major == 1)
	choice.SetUnencryptedHTTP2(major == 2)
	n := &cellNet{
		transport: client.NewTransport(),
		server:    &http.Server{Handler: h, Protocols: &choice, ErrorLog: log.New(io.Discard, "", 0)},
		listener:  clienttest.NewPipeListener(),
		served:    make(chan struct{}),
	}
	n.transport.Protocols = &choice
	n.transport.Proxy = nil
	n.transport.DialContext = n.dial
	go func() {
		defer close(n.served)
		_ = n.server.Serve(n.listener)
	}()
	return n
}

func (n *cellNet) dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	refuse := n.refused > 0
	if refuse {
		n.refused--
	}
	n.mu.Unlock()
	if refuse {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	conn, err := n.listener.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	n.count(+1)
	return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { n.count(-1) })}, nil
}

// refuse makes the next connections fail.
func (n *cellNet) refuse(connections int) {
	n.mu.Lock()
	n.refused += connections
	n.mu.Unlock()
}

func (n *cellNet) count(d int) {
	n.mu.Lock()
	n.open += d
	n.mu.Unlock()
}

func (n *cellNet) pending() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.refused
}

// close ends everything and returns how many connections were in use although no call was under way: the idle ones of
// the pool are closed first.
func (n *cellNet) close() int {
	synctest.Wait() // HTTP/2 has to settle streams that were reset before their connection is idle
	n.transport.CloseIdleConnections()
	synctest.Wait()
	n.mu.Lock()
	left := n.open
	n.mu.Unlock()
	_ = n.server.Close()
	<-n.served
	return left
}

type countedConn struct {
	net.Conn
	closed func()
}

func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}
