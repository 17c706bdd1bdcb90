package client

import (
	"bytes"
	"net/http"
	"time"
)

// What the fuzz targets call without a server in between.

func DecodeGroup(body []byte) (*Group, error) {
	g := new(Group)
	if err := g.decode(body); err != nil {
		return nil, err
	}
	return g, nil
}

func DecodeReceipt(body []byte) (*Receipt, error) {
	r := new(Receipt)
	if err := r.decode(body); err != nil {
		return nil, err
	}
	return r, nil
}

// ParseGraphError returns the error and the class that a caller would see.
func ParseGraphError(status int, body []byte) (e *Error, found bool) {
	g, found := parseGraphError(body)
	return &Error{
		Code: g.code, Subcode: g.subcode, Type: g.kind, Message: g.message, Details: g.details, UserTitle: g.userTitle,
		UserMessage: g.userMessage, TraceID: g.traceID, Transient: g.transient, class: classify(status, g),
	}, found
}

func JPEGSize(b []byte) (width, height int, err error) {
	return jpegSize(bytes.NewReader(b), int64(len(b)))
}

func ParseRetryAfter(h http.Header) time.Duration { return parseRetryAfter(h) }

func ParseUsage(h http.Header) Usage { return parseUsage(h) }

// Redact removes secrets from the whole of s, or from the beginning of an s that was cut off.
func Redact(s string, isCut bool, secrets ...string) string {
	r := newRedactor(secrets...)
	if isCut {
		return r.excerpt(s, true)
	}
	return r.all(s)
}

func RedactHeader(h http.Header, secrets ...string) http.Header {
	r := newRedactor(secrets...)
	return r.header(h)
}

func RedactCause(err error, secrets ...string) error {
	r := newRedactor(secrets...)
	return r.cause(err)
}
