package webhook

import (
	"bytes"
	"net/http"
)

// maxBody is more than the 3 MB that Meta documents for one delivery.
const maxBody = 4 << 20

// ParseRequest reads, verifies and parses the body of a request, for an endpoint of your own; [Handler] is a complete
// endpoint. The body must not have been read before. The error is one of these, or an error of the connection:
//
//   - [ErrNotSigned] or [ErrBadSignature]: respond with 403.
//   - [*http.MaxBytesError], because the body is longer than 4 MiB: respond with 413.
//   - An error of [Parse], which matches [client.ErrMalformedResponse]: respond with 200, or WhatsApp sends the same
//     body again for days.
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
