package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
)

// evidence is what is known at the end of an attempt of what became of the request. Its class is the one place where
// that is decided; the package documentation shows the same rules as a table.
type evidence struct {
	whole      bool // a connection, the last or an earlier one, may have taken the request whole
	status     int  // 0: no response
	redirected bool // the Doer followed a redirect, so the response is that of another address
	body       bodyState
	graph      graphError // what a failure says, and the zero value where it cannot be read
}

// bodyState is what came of a response's body.
type bodyState uint8

const (
	bodySuccess       bodyState = iota // says that the call succeeded
	bodyFailure                        // says that it failed, or cannot be a success by its status
	bodyCut                            // broke off
	bodyBroken                         // is too long or not JSON
	bodyNonsense                       // is JSON that makes no sense
	bodyContradiction                  // says that a change succeeded, and it or the status that it failed
)

// class names what the end of an attempt means. final means that another attempt cannot help.
func (e *evidence) class(op *operation) (class ErrorClass, final bool) {
	lost := ErrUnavailable
	if op.change {
		lost = ErrAmbiguous
	}
	switch {
	case e.status == 0 && !e.whole:
		return ErrNotSent, false
	case e.status == 0:
		return lost, false
	case e.redirected || e.status < 200 || e.status > 599 || e.status == http.StatusSeeOther ||
		e.status == http.StatusNotModified:
		if op.change {
			return ErrAmbiguous, true
		}
		return ErrUnknown, true
	case e.status <= 299 && e.body == bodySuccess:
		return "", false
	case e.status <= 399 && e.body == bodyContradiction:
		return ErrAmbiguous, true
	case e.status <= 299 && (e.body == bodyBroken || e.body == bodyNonsense):
		if !op.change {
			lost = ErrMalformedResponse
		}
		return lost, e.body == bodyNonsense
	case 300 <= e.status && e.status <= 399:
		return ErrUnknown, true
	case e.body == bodyCut && !countsWithoutBody(e.status):
		return lost, false
	}
	class = classify(e.status, e.graph)
	if e.body == bodyContradiction && notCarriedOut(class) {
		return ErrAmbiguous, true
	}
	return class, lastsHours(e.graph.code)
}

// countsWithoutBody: the statuses that no code changes. Under any other 4xx the code may be that of a quota.
func countsWithoutBody(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusTooManyRequests
}

// notCarriedOut reports whether a change that ended with this class changed nothing.
func notCarriedOut(class ErrorClass) bool {
	return class != "" && class != ErrAmbiguous && class != ErrUnavailable && class != ErrPartial
}

// tracker follows a request to its connections. net/http sends a request again by itself where it takes it for
// unprocessed, and other Doers may do so at any time.
type tracker struct {
	hooks         httptrace.ClientTrace
	url           url.URL // of the request, like its header: one allocation with the rest
	authorization [1]string
	native        bool    // net/http's own transport, unwrapped
	h2c           bool    // which may speak HTTP/2 in the clear
	upload        *upload // nil for none

	mu     sync.Mutex
	wanted bool                   // a connection
	conn   *httptrace.GotConnInfo // the one in use
	wrote  bool                   // the request, whole, to conn
	conns  int                    // so far
	taken  bool                   // whole, by a connection after which the request was sent again
}

func (t *tracker) trace(ctx context.Context, op *operation) context.Context {
	t.hooks.GetConn = t.getConn
	t.hooks.GotConn = t.gotConn
	if op.change {
		t.hooks.WroteRequest = t.wroteRequest
	}
	return httptrace.WithClientTrace(ctx, &t.hooks)
}

func (t *tracker) getConn(string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leave()
	t.wanted = true
}

func (t *tracker) gotConn(info httptrace.GotConnInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leave()
	t.wanted, t.conn = true, &info
	t.conns++
}

func (t *tracker) wroteRequest(info httptrace.WroteRequestInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wrote = info.Err == nil
}

// leave notes what the connection in use may have taken, because the request is about to be sent once more.
func (t *tracker) leave() {
	if t.conn != nil && !t.unwritten() && t.complete() {
		t.taken = true
	}
	t.conn, t.wrote = nil, false
}

// unwritten: over HTTP/1.1 net/http sends a change again only on a used connection to which it could write nothing. A
// read it also sends again after it was written.
func (t *tracker) unwritten() bool {
	isChange := t.hooks.WroteRequest != nil
	return isChange && t.native && t.conn.Reused && !t.mayBeHTTP2()
}

// complete reports whether the connection in use may have all of the request.
func (t *tracker) complete() bool { return t.wrote || t.upload == nil || t.upload.completed() > 0 }

func (t *tracker) mayBeHTTP2() bool {
	c, isTLS := t.conn.Conn.(*tls.Conn)
	if !isTLS {
		return t.h2c
	}
	return c.ConnectionState().NegotiatedProtocol == "h2"
}

// sentAgain reports whether a connection had taken the request whole before it was sent again. A Doer that says nothing
// of its connections has sent it as often as it has read it.
func (t *tracker) sentAgain() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.native:
		return t.taken
	case t.wanted:
		return t.taken || t.conns > 1 && t.upload.completed() > 1 // at once
	}
	return t.upload.completed() > 1
}

// mayBeWhole reports, for a request without a response, whether a connection may have taken it whole. A Doer that says
// nothing of its connections may have used any number of them.
func (t *tracker) mayBeWhole(err error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.taken:
		return true
	case !t.wanted:
		return t.complete()
	case t.conns == 0 && !t.native && !isDialError(err):
		return t.complete() // by a way that is not traced, after one that found no connection
	case t.conns == 0, t.native && t.conn == nil, t.conns == 1 && isRefusedStream(err):
		return false
	}
	return t.complete()
}

// isDialError: there was no connection, or the TLS handshake failed.
func isDialError(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op != "read" && op.Op != "write" || isCertificateError(err) || isProxyRefusal(err)
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
	stream, ok := errors.AsType[streamError](err)
	return ok && stream.Code == refusedStream
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
