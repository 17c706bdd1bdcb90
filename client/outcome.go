package client

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// verdict says what is known after an attempt of whether the request was carried out.
type verdict uint8

const (
	accepted  verdict = iota // the server said yes
	notSent                  // the server has not seen the request whole
	refused                  // the server said no, and would say so again
	throttled                // the server said no, because of a quota
	transient                // the server reported trouble of its own
	lost                     // no answer came, or none that can be understood
)

// outcome is what one attempt came to.
type outcome struct {
	verdict    verdict
	class      ErrorClass    // "" when accepted
	status     int           // 0 without an answer
	header     http.Header   // nil without an answer
	body       []byte        // what was read of the answer
	graph      graphError    // what the server reported
	reason     string        // our own words, where the server had none
	cause      error         // of the network, the context or the caller's code
	broken     bool          // a 2xx answer that could not be understood
	permanent  bool          // not sent, and trying again cannot help
	skewed     bool          // a proof was refused because our clock is wrong
	retryAfter time.Duration // what the server asked to wait
}

func (o *outcome) traceID() string {
	if o.graph.traceID != "" {
		return o.graph.traceID
	}
	return o.header.Get(headerTraceID)
}

// onTopOf keeps what the last answer said when the attempts after it had none, unless they leave the outcome unknown.
func (o *outcome) onTopOf(last outcome) outcome {
	if o.status != 0 || last.status == 0 || o.class == ErrAmbiguous {
		return *o
	}
	last.verdict, last.cause = o.verdict, o.cause
	return last
}

// mayHaveRun reports whether the request may have been carried out although the attempt failed.
func (o *outcome) mayHaveRun() bool { return o.verdict == transient || o.verdict == lost }

// result is what an answer is decoded into: *Group or *Receipt.
type result interface{ decode(body []byte) error }

// judge reads an answer and says what it means.
func judge(op *operation, resp *http.Response, into result) outcome {
	o := outcome{status: resp.StatusCode, header: resp.Header}
	body, err := readAnswer(resp)
	o.body = body
	isSuccess := 200 <= o.status && o.status <= 299
	switch {
	case resp.Request != nil && resp.Request.Response != nil:
		o.refuse("the HTTP client followed a redirect; the answer of the other address is not trusted")
		if op.change {
			o.class = ErrAmbiguous // the other address has seen it
		}
	case 300 <= o.status && o.status <= 399:
		o.refuse("the server redirects, which is not followed")
	case err != nil && !errors.Is(err, errTooLong):
		o.lose(op, fmt.Errorf("reading the answer: %w", err))
	case isSuccess && err != nil:
		o.breakOff(op, err)
	case isSuccess:
		o.decode(op, into)
	default:
		o.fail()
	}
	return o
}

func (o *outcome) decode(op *operation, into result) {
	switch err := into.decode(o.body); {
	case err == nil:
		o.verdict = accepted
	case errors.Is(err, errReportedFailure):
		o.fail()
	case errors.Is(err, errContradiction):
		o.graph, _ = parseGraphError(o.body)
		o.breakOff(op, err)
	default:
		o.breakOff(op, err)
	}
}

// fail classifies a failure that the server reported.
func (o *outcome) fail() {
	var ok bool
	if o.graph, ok = parseGraphError(o.body); ok {
		o.reason = "the server gave no reason"
	}
	o.class = classify(o.status, o.graph)
	o.retryAfter = parseRetryAfter(o.header)
	switch {
	case o.class == ErrRateLimited:
		o.verdict = throttled
		o.retryAfter = max(o.retryAfter, parseUsage(o.header).RegainAccess)
	case o.class == ErrUnavailable:
		o.verdict = transient
	default:
		o.verdict = refused
	}
}

func (o *outcome) refuse(reason string) {
	o.verdict, o.class, o.reason = refused, ErrUnknown, reason
}

// lose marks an attempt whose answer did not come, or not whole.
func (o *outcome) lose(op *operation, cause error) {
	o.verdict, o.class, o.cause = lost, ErrUnavailable, cause
	if op.change {
		o.class = ErrAmbiguous
	}
}

// breakOff marks a successful answer that makes no sense.
func (o *outcome) breakOff(op *operation, cause error) {
	o.lose(op, cause)
	o.reason = cause.Error()
	o.broken = true
	if !op.change {
		o.class = ErrMalformedResponse
	}
}

// miss marks an attempt that did not reach the server.
func (o *outcome) miss(reason string, cause error) {
	o.verdict, o.class, o.reason, o.cause = notSent, ErrNotSent, reason, cause
}

// excerpt is the part of the body that an error keeps.
func (o *outcome) excerpt(r redactor) string {
	const enough = 2 * maxErrorBytes // for a secret that begins in the excerpt to be seen whole
	isCut := o.verdict == lost || len(o.body) > enough
	return r.excerpt(string(o.body[:min(len(o.body), enough)]), isCut)
}

// err describes the outcome to the caller.
func (o *outcome) err(op *operation, attempts int, r redactor) error {
	cause := r.cause(o.cause)
	body := []byte(o.excerpt(r))
	message := cmp.Or(o.graph.message, o.reason)
	if message == "" && o.status != 0 {
		message = describeForeign(body, o.header.Get("Content-Type"))
	}
	e := &Error{
		Op: op.name, StatusCode: o.status, Code: o.graph.code, Subcode: o.graph.subcode,
		Type: r.text(o.graph.kind), Message: r.text(message), Details: r.text(o.graph.details),
		UserTitle: r.text(o.graph.userTitle), UserMessage: r.text(o.graph.userMessage),
		ContentType: r.text(o.header.Get("Content-Type")), TraceID: r.text(o.traceID()),
		Transient: o.graph.transient, RetryAfter: o.retryAfter, Attempts: attempts, class: o.class, cause: cause,
	}
	if len(o.body) > 0 {
		e.Body = body
	}
	return e
}

// Bounds on what is read of an answer, after decompression, and on what an error keeps of it.
const (
	maxAnswerBytes = 1 << 20
	maxErrorBytes  = 4 << 10
)

var errTooLong = errors.New("the answer is longer than 1 MiB")

// readAnswer reads a body to its end, so that its connection can be used again. It doubles its buffer as needed: in
// all at most twice the limit is allocated, whatever the server sends or announces.
func readAnswer(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > maxAnswerBytes {
		return nil, errTooLong
	}
	size := 1 << 10
	if resp.ContentLength >= 0 {
		size = int(resp.ContentLength) + 1 // the byte more lets the end be seen without growing
	}
	b := make([]byte, 0, size)
	for {
		n, err := resp.Body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case len(b) > maxAnswerBytes:
			return b[:maxAnswerBytes], errTooLong
		case errors.Is(err, io.EOF):
			return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), nil
		case err != nil:
			return b, err
		case len(b) == cap(b):
			grown := make([]byte, len(b), min(2*cap(b), maxAnswerBytes+1))
			copy(grown, b)
			b = grown
		}
	}
}
