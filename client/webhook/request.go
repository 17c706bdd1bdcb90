package webhook

import (
	"bytes"
	"net/http"
)

// maxBody is more than the 3 MB that Meta documents for one delivery.
const maxBody = 4 << 20

// ParseRequest reads, verifies and parses the body of a request, for an endpoint that exists already; [Handler] is one
// that is complete. The body must not have been read before. Apart from an error of the connection, the error is
// [ErrNotSigned] or [ErrBadSignature], to be answered with 403; an [*http.MaxBytesError] where the body is longer than
// 4 MiB, with 413; or an error of [Parse], which matches [client.ErrMalformedResponse]. Answer that one with 200:
// WhatsApp would deliver the same body again for days.
func ParseRequest(r *http.Request, appSecrets ...string) ([]*Event, error) {
	signature := r.Header.Get(SignatureHeader)
	if signature == "" {
		return nil, ErrNotSigned
	}
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if err := Verify(body, signature, appSecrets...); err != nil {
		return nil, err
	}
	return Parse(body)
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	if r.ContentLength > maxBody {
		return nil, &http.MaxBytesError{Limit: maxBody}
	}
	var body bytes.Buffer
	// A length that is announced costs at most this much before the bytes are there.
	body.Grow(int(min(max(r.ContentLength, 0), 64<<10)) + bytes.MinRead)
	_, err := body.ReadFrom(http.MaxBytesReader(nil, r.Body, maxBody))
	return body.Bytes(), err
}
