package client

import (
	"io"
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

// PhotoBody is what SetGroupPhoto sends; open may be called again and again.
func PhotoBody(content io.ReaderAt, size int64) (contentType string, length int64, open func() io.Reader) {
	p := photoPayload(content, size)
	return p.contentType, p.size(), func() io.Reader {
		r, _ := p.open()
		return r
	}
}

func JPEGSize(r io.Reader) (width, height int, err error) { return jpegSize(r) }

func ParseRetryAfter(h http.Header) time.Duration { return parseRetryAfter(h) }

func ParseUsage(h http.Header) Usage { return parseUsage(h) }
