package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// outcome is what one attempt came to.
type outcome struct {
	class      ErrorClass    // "" when accepted
	final      bool          // another attempt cannot help
	status     int           // 0 without a response
	header     http.Header   // nil without a response
	body       []byte        // what was read of the response
	cut        bool          // body is not all of it
	foreign    bool          // the response is a gateway's or a proxy's, not Graph's
	graph      graphError    // what the server reported
	reason     string        // our own words, where the server had none
	cause      error         // of the network, the context or the caller's code
	skewed     bool          // a proof was refused because our clock is wrong
	retryAfter time.Duration // what the server asked to wait
	took       time.Duration // from the request to the end of the response
}

// mayHaveRun reports whether the request may have been carried out although the attempt failed.
func (o *outcome) mayHaveRun() bool { return o.class == ErrAmbiguous || o.class == ErrUnavailable }

func (o *outcome) traceID() string {
	if o.graph.traceID != "" {
		return o.graph.traceID
	}
	return o.header.Get(headerTraceID)
}

// onTopOf keeps what the last response said when the attempts after it had none, unless they leave the outcome unknown.
func (o *outcome) onTopOf(last outcome) outcome {
	if o.status != 0 || last.status == 0 || o.class == ErrAmbiguous {
		return *o
	}
	last.cause = o.cause
	return last
}

// miss is an attempt that sent nothing.
func miss(reason string, cause error) outcome {
	return outcome{class: ErrNotSent, final: true, reason: reason, cause: cause}
}

// result is what a response is decoded into: *Group or *Receipt.
type result interface{ decode(body []byte) error }

// judge says what a response means.
func (o *outcome) judge(op *operation, ev evidence, readErr error, into result) {
	switch {
	case readErr != nil && !errors.Is(readErr, errTooLong):
		ev.body, o.cut, o.cause = bodyCut, true, fmt.Errorf("reading the response: %w", readErr)
	case o.status < 200 || o.status > 299:
		ev.body, o.cut = bodyFailure, readErr != nil
		if op.change && saysAccepted(o.body) {
			ev.body = bodyContradiction
		}
	case readErr != nil:
		ev.body, o.cut, o.cause = bodyBroken, true, readErr
	default:
		ev.body, o.cause = stateOf(into.decode(o.body))
	}
	if ev.body == bodyFailure || ev.body == bodyContradiction {
		var found bool
		ev.graph, found = parseGraphError(o.body)
		o.foreign = !found && ev.body == bodyFailure && o.status >= 400
	}
	o.graph = ev.graph
	o.class, o.final = ev.class(op)
	if ev.body != bodyCut {
		o.reason = reasonOf(&ev, o)
	}
	if ev.body == bodyFailure || ev.body == bodyCut {
		o.retryAfter = parseRetryAfter(o.header)
	}
	if o.class != ErrRateLimited {
		return
	}
	o.retryAfter = max(o.retryAfter, parseUsage(o.header).RegainAccess)
	if o.retryAfter == 0 && lastsHours(o.graph.code) {
		o.retryAfter = longThrottle
	}
}

// longThrottle is the pause after a code that lasts hours, where the server does not say how long.
const longThrottle = 15 * time.Minute

// stateOf sorts what decoding said, and returns the error where that is the cause.
func stateOf(err error) (bodyState, error) {
	switch {
	case err == nil:
		return bodySuccess, nil
	case errors.Is(err, errReportedFailure):
		return bodyFailure, nil
	case errors.Is(err, errContradiction):
		return bodyContradiction, err
	case isNonsense(err):
		return bodyNonsense, err
	}
	return bodyBroken, err
}

func reasonOf(ev *evidence, o *outcome) string {
	switch {
	case o.cause != nil:
		return o.cause.Error()
	case ev.redirected:
		return "the HTTP client followed a redirect; the response of the other address is not trusted"
	case o.status == http.StatusSwitchingProtocols:
		return "the server wants to switch protocols"
	case 300 <= o.status && o.status <= 399:
		return "the server redirects, which is not followed"
	}
	return "the server gave no reason"
}

// err describes the outcome to the caller.
func (o *outcome) err(op *operation, attempts int, r redactor) error {
	e := &Error{
		Op: op.name, StatusCode: o.status, Code: o.graph.code, Subcode: o.graph.subcode,
		Type: r.text(o.graph.kind), Message: r.text(cmp.Or(o.graph.message, o.reason)), Details: r.text(o.graph.details),
		UserTitle: r.text(o.graph.userTitle), UserMessage: r.text(o.graph.userMessage),
		ContentType: r.text(o.header.Get("Content-Type")), TraceID: r.text(o.traceID()),
		Transient: o.graph.transient, RetryAfter: o.retryAfter, Attempts: attempts, class: o.class, cause: r.cause(o.cause),
	}
	if len(o.body) > 0 {
		begin := o.body[:min(len(o.body), 2*maxErrorBytes+1)] // a byte more than excerpt takes, so that it sees a cut
		e.Body = []byte(r.excerpt(string(begin), o.cut))
	}
	if o.foreign {
		// What cannot be printed is left out of it, which may put the pieces of a secret together.
		e.Message = r.text(describeForeign(e.Body, e.ContentType))
	}
	return e
}

// Bounds on what is read of a response, after decompression, and on what an error keeps of it.
const (
	maxResponseBytes = 1 << 20
	maxErrorBytes    = 4 << 10
	maxEmptyReads    = 100
)

var errTooLong = errors.New("the response is longer than 1 MiB")

// readResponse reads and closes a response's body within the context. net/http ends a read of its own with the context;
// any other body is read apart, so that the call ends although the body does not.
func readResponse(ctx context.Context, resp *http.Response, native bool) ([]byte, error) {
	if resp.StatusCode < 200 { // what follows is not HTTP
		dispose(resp.Body, native)
		return nil, nil
	}
	if native && isOwnBody(resp.Body) {
		defer func() { _ = resp.Body.Close() }()
		return readBody(ctx, resp)
	}
	r := &bodyRead{done: make(chan struct{})}
	go r.run(ctx, resp)
	select {
	case <-r.done:
		return r.body, r.err
	case <-ctx.Done():
		dispose(resp.Body, native) // which ends a Read under way where the body lets it
		return nil, ctx.Err()
	}
}

// isOwnBody tells a body of net/http from that of a protocol which was registered with its transport.
func isOwnBody(body io.ReadCloser) bool {
	t := reflect.TypeOf(body)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasPrefix(t.PkgPath(), "net/http")
}

// bodyRead is a body on its way through a goroutine of its own.
type bodyRead struct {
	body []byte
	err  error
	done chan struct{}
}

func (r *bodyRead) run(ctx context.Context, resp *http.Response) {
	defer closeBody(resp.Body)
	r.err = errBodyPanicked
	defer func() {
		_ = recover()
		close(r.done)
	}()
	r.body, r.err = readBody(ctx, resp)
}

var errBodyPanicked = errors.New("the response's body panicked")

// dispose closes a body that is not read.
func dispose(body io.Closer, native bool) {
	if native {
		_ = body.Close()
		return
	}
	go closeBody(body)
}

// closeBody closes a body of somebody else's make, in a goroutine whose panic would end the program.
func closeBody(body io.Closer) {
	defer func() { _ = recover() }()
	_ = body.Close()
}

// readBody reads a body to its end, so that its connection can be used again. It doubles its buffer as needed: in all
// at most twice the limit is allocated, whatever the server sends or announces.
func readBody(ctx context.Context, resp *http.Response) (b []byte, err error) {
	if resp.ContentLength > maxResponseBytes {
		// What there is may still say why the call failed.
		defer func() { err = cmp.Or(err, errTooLong) }()
	}
	size := 1 << 10
	if 0 <= resp.ContentLength && resp.ContentLength <= maxResponseBytes {
		size = int(resp.ContentLength) + 1 // the byte more lets the end be seen without growing
	}
	defer func() { b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) }()
	b = make([]byte, 0, size)
	for empty := 0; ; {
		n, err := resp.Body.Read(b[len(b):cap(b)])
		if n < 0 || n > cap(b)-len(b) {
			return b, errors.New("the response's body returned an impossible count")
		}
		b = b[:len(b)+n]
		if empty++; n > 0 {
			empty = 0
		}
		switch {
		case len(b) > maxResponseBytes:
			return b[:maxResponseBytes], errTooLong
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return b, err
		case ctx.Err() != nil:
			return b, ctx.Err()
		case empty == maxEmptyReads:
			return b, io.ErrNoProgress
		case len(b) == cap(b):
			grown := make([]byte, len(b), min(2*cap(b), maxResponseBytes+1))
			copy(grown, b)
			b = grown
		}
	}
}
