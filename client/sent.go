package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// tracker follows an attempt: whether it got a connection, what was written, and whether its time ran out. net/http
// repeats a request by itself where it takes it for unprocessed, and other Doers may do so at any time.
type tracker struct {
	hooks      httptrace.ClientTrace
	expired    atomic.Bool
	connection atomic.Int32
	written    atomic.Bool // whole, on a connection after which net/http does not take it for unprocessed
	repeated   atomic.Bool // by net/http or the Doer, after it may have been processed
	last       atomic.Pointer[httptrace.GotConnInfo]
}

const (
	connectionWanted int32 = iota + 1 // 0 means that the Doer does not say
	connectionMade
)

func (t *tracker) trace(ctx context.Context, op *operation) context.Context {
	t.hooks.GetConn = func(string) { t.connection.Store(connectionWanted) }
	if op.change {
		t.hooks.GotConn = t.gotConn
		t.hooks.WroteRequest = t.wroteRequest
	} else {
		t.hooks.GotConn = func(httptrace.GotConnInfo) { t.connection.Store(connectionMade) }
	}
	return httptrace.WithClientTrace(ctx, &t.hooks)
}

func (t *tracker) gotConn(info httptrace.GotConnInfo) {
	t.connection.Store(connectionMade)
	if before := t.last.Swap(&info); before != nil && mayHaveProcessed(before) {
		t.repeated.Store(true)
	}
}

// mayHaveProcessed is false for a used connection over HTTP/1.1: after that one net/http repeats a change only when it
// could write nothing.
func mayHaveProcessed(info *httptrace.GotConnInfo) bool {
	c, isTLS := info.Conn.(*tls.Conn)
	return !info.Reused || isTLS && c.ConnectionState().NegotiatedProtocol == "h2"
}

func (t *tracker) wroteRequest(info httptrace.WroteRequestInfo) {
	if conn := t.last.Load(); info.Err == nil && conn != nil && mayHaveProcessed(conn) {
		t.written.Store(true)
	}
}

// neverConnected reports that no byte of the request can have reached the server.
func (t *tracker) neverConnected(err error) bool {
	if t.written.Load() {
		return false
	}
	dial, ok := errors.AsType[*net.OpError](err)
	return t.connection.Load() == connectionWanted || ok && dial.Op == "dial"
}

// streamError has the shape of net/http's own error for a reset HTTP/2 stream, which errors.As can convert to.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string { return fmt.Sprintf("stream error %d", e.Code) }

// isRefusedStream: the server reset the stream before it had processed anything, RFC 9113, section 8.7.
func isRefusedStream(err error) bool {
	const refusedStream = 7
	var stream streamError
	return errors.As(err, &stream) && stream.Code == refusedStream
}

// isCertificateError: the server is not who it says it is, which another attempt does not change.
func isCertificateError(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &invalid)
}
