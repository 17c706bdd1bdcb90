package fakegraph

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
)

// newDoer returns a client that dials the server over net.Pipe.
func (s *Server) newDoer() *http.Client {
	dial := func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		if err := s.network.servePipe(far, s.handler); err != nil {
			return nil, fmt.Errorf("fakegraph: %w", err)
		}
		return near, nil
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dial,
			// Requests to https URLs come too; there is nobody to hide them from.
			DialTLSContext: dial,
			// On a connection of its own, no request is repeated by net/http after a drop, and none keeps a goroutine.
			DisableKeepAlives: true,
		},
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
