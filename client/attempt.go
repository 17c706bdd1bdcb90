package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// attempt sends the request once and judges the answer.
func (k *call) attempt(ctx context.Context) (o outcome) {
	if err := ctx.Err(); err != nil {
		o.miss("", err)
		o.permanent = true
		return o
	}
	if k.limiter != nil {
		if err := k.limiter.Wait(ctx); err != nil {
			o.miss("the limiter let no request pass", err)
			o.permanent = true
			return o
		}
	}
	token, err := k.token(ctx)
	if err != nil {
		o.miss("there is no token", err)
		o.permanent = true
		return o
	}

	callCtx := ctx
	if k.attemptTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, k.attemptTimeout)
		defer cancel()
	}
	k.attempts++
	var conn connection
	resp, err := k.doer.Do(k.newRequest(conn.trace(ctx), token))
	if err == nil && resp == nil {
		err = errors.New("the HTTP client returned neither an answer nor an error")
	}
	if err != nil {
		if resp != nil && resp.Body != nil {
			_ = resp.Body.Close()
		}
		return k.failed(callCtx, ctx, &conn, err)
	}
	defer func() { _ = resp.Body.Close() }()
	o = judge(k.op, resp, k.into)
	if o.verdict == lost && !o.broken {
		o.cause = timedOut(callCtx, ctx, k, o.cause)
	}
	o.skewed = o.class == ErrUnauthorized && k.appSecret != "" && k.skew.correct(o.header)
	return o
}

// token asks the source and checks what it says.
func (k *call) token(ctx context.Context) (string, error) {
	token, err := k.tokens.Token(ctx)
	if err != nil {
		return "", err
	}
	k.secrets.token = token
	return token, checkToken(token)
}

// newRequest adds what differs between attempts.
func (k *call) newRequest(ctx context.Context, token string) *http.Request {
	req := k.request.WithContext(ctx)
	req.Header = maps.Clone(k.request.Header)
	req.Header["Authorization"] = []string{"Bearer " + token}
	if p := k.payload; p != nil {
		p.reset()
		req.Header["Content-Type"] = []string{p.contentType}
		req.ContentLength = p.size()
		req.GetBody = p.open
		req.Body, _ = p.open()
	}
	if k.appSecret != "" {
		proof, seconds := appSecretProof(k.appSecret, token, k.skew.now())
		k.secrets.proof = proof
		u := *req.URL
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += "appsecret_proof=" + proof + "&appsecret_time=" + seconds
		req.URL = &u
	}
	return req
}

// failed judges an attempt without an answer: what matters is whether the server may have seen the request.
func (k *call) failed(callCtx, ctx context.Context, conn *connection, err error) (o outcome) {
	var started bool
	if k.payload != nil {
		var contentErr error
		if started, contentErr = k.payload.state(); contentErr != nil {
			o.miss("reading the photo", contentErr)
			o.permanent = true
			return o
		}
	}
	cause := timedOut(callCtx, ctx, k, err)
	if conn.neverMade(err) || isRefusedStream(err) || k.payload != nil && !started {
		o.miss("", cause)
		o.permanent = isCertificateError(err)
		return o
	}
	o.lose(k.op, cause)
	return o
}

// timedOut says so when it was a timeout that ended an attempt, and which.
func timedOut(callCtx, ctx context.Context, k *call, err error) error {
	switch {
	case callCtx.Err() != nil:
		return callCtx.Err()
	case ctx.Err() != nil:
		return fmt.Errorf("no answer within the attempt's %s: %w", k.attemptTimeout, ctx.Err())
	}
	return err
}

// connection follows whether a request got a connection, on which it may then have been written.
type connection struct{ state atomic.Int32 }

const (
	connUnknown int32 = iota // the Doer does not say
	connWanted
	connMade
)

func (c *connection) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		// The transport asks again only after it has found that nothing was written on the first connection.
		GetConn: func(string) { c.state.Store(connWanted) },
		GotConn: func(httptrace.GotConnInfo) { c.state.Store(connMade) },
	})
}

func (c *connection) neverMade(err error) bool {
	var dial *net.OpError
	return c.state.Load() == connWanted || errors.As(err, &dial) && dial.Op == "dial"
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
