package client

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

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
