package client

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// payload is the body of a change: some bytes around an optional content that the caller supplied. Each attempt reads
// it through an upload of its own, without a copy of the content and without a goroutine.
type payload struct {
	prefix, suffix string
	content        io.ReaderAt // nil for none
	contentSize    int64
}

func jsonPayload(v any) (*payload, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return &payload{prefix: string(b)}, nil
}

func (p *payload) size() int64 { return int64(len(p.prefix)) + p.contentSize + int64(len(p.suffix)) }

// photoParts are the names of the part that holds a photo: the reference's, and the one that third parties report.
var photoParts = [...]string{"file", "profile_picture_file"}

// photoForm is what stands around a photo: a form with the two parts that the reference describes. The photo's part
// names its own type: Graph is reported to refuse it otherwise. A client keeps to one boundary, which cannot be guessed
// and which travels where the token does.
type photoForm struct {
	contentType string
	prefixes    [len(photoParts)]string
	suffix      string
}

func newPhotoForm() *photoForm {
	boundary := rand.Text()
	f := &photoForm{
		contentType: "multipart/form-data; boundary=" + boundary,
		suffix:      "\r\n--" + boundary + "--\r\n",
	}
	for i, name := range photoParts {
		f.prefixes[i] = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\n" +
			"whatsapp\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name +
			"\"; filename=\"photo.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
	}
	return f
}

// payload puts a photo into the part with the given number.
func (f *photoForm) payload(part int, content io.ReaderAt, size int64) *payload {
	return &payload{prefix: f.prefixes[part], content: content, contentSize: size, suffix: f.suffix}
}

// upload is a payload on its way in one attempt, through any number of readers. What happens to the readers of one
// attempt says nothing about another.
type upload struct {
	*payload

	// mu orders the transport's reads with close: the transport may go on reading after the response has come.
	mu       sync.Mutex
	complete int   // how many readers handed over the last byte
	closed   bool  // the attempt is over; after the last one the content is not ours any more
	err      error // why the content could not be read
}

func (p *payload) upload() *upload {
	if p == nil {
		return nil
	}
	return &upload{payload: p}
}

// open returns a reader of the whole payload.
func (u *upload) open() (io.ReadCloser, error) { return &payloadReader{upload: u}, nil }

// close waits for a read that is under way and ends all further ones.
func (u *upload) close() {
	if u == nil {
		return
	}
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
}

// completed counts the readers that handed over all of it.
func (u *upload) completed() int {
	if u == nil {
		return 0
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.complete
}

// failure returns why the content could not be read, if it could not.
func (u *upload) failure() error {
	if u == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.err
}

type payloadReader struct {
	upload *upload
	offset int64
}

var errClosed = errors.New("the attempt is over")

// Close does nothing: closing the upload ends its readers.
func (r *payloadReader) Close() error { return nil }

func (r *payloadReader) Read(b []byte) (n int, err error) {
	u := r.upload
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return 0, errClosed
	}
	switch at := r.offset - int64(len(u.prefix)); {
	case len(b) == 0:
		return 0, nil
	case at < 0:
		n = copy(b, u.prefix[r.offset:])
	case at < u.contentSize:
		n, err = u.readContent(b[:min(int64(len(b)), u.contentSize-at)], at)
	case at < u.contentSize+int64(len(u.suffix)):
		n = copy(b, u.suffix[at-u.contentSize:])
	default:
		err = io.EOF
	}
	r.offset += int64(n)
	if n > 0 && r.offset == u.size() {
		u.complete++
	}
	return n, err
}

// readContent keeps a misbehaving reader of the caller from crashing the program or from corrupting the body. It runs
// in the transport's goroutine, where a panic could not be recovered by the caller.
func (u *upload) readContent(b []byte, at int64) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			n, err = 0, fmt.Errorf("the reader panicked: %v", v)
		}
		if err != nil && u.err == nil {
			u.err = err
		}
	}()
	n, err = u.content.ReadAt(b, at)
	switch {
	case n < 0 || n > len(b):
		return 0, errors.New("the reader returned an impossible count")
	case n > 0 && errors.Is(err, io.EOF):
		return n, nil
	case errors.Is(err, io.EOF):
		return 0, fmt.Errorf("the reader ended %d bytes early: %w", u.contentSize-at, io.ErrUnexpectedEOF)
	case n == 0 && err == nil:
		return 0, io.ErrNoProgress
	}
	return n, err
}
