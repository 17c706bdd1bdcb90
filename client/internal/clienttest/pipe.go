package clienttest

import (
	"context"
	"net"
	"sync"
)

// A PipeListener is a listener whose connections are pipes in memory. Unlike sockets they work in a synctest bubble,
// where time stands still until every goroutine waits.
type PipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func()
}

// NewPipeListener returns one that is open.
func NewPipeListener() *PipeListener {
	l := &PipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	l.close = sync.OnceFunc(func() { close(l.closed) })
	return l
}

// Accept waits for the next connection.
func (l *PipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial.
func (l *PipeListener) Close() error {
	l.close()
	return nil
}

// Addr is no address that means anything.
func (l *PipeListener) Addr() net.Addr { return pipeAddr{} }

// Dial connects, for an http.Transport.
func (l *PipeListener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return near, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }
