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
// it anew through a reader of its own, without a copy of the content and without a goroutine.
type payload struct {
	prefix, suffix string
	content        io.ReaderAt // nil for none
	contentSize    int64

	// mu orders the transport's reads with release: the transport may go on reading after the answer has come.
	mu       sync.Mutex
	started  bool  // a byte may have reached the server
	released bool  // the call has returned, and the content is not ours any more
	err      error // why the content could not be read
}

func jsonPayload(v any) (*payload, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return &payload{prefix: string(b)}, nil
}

// photoForm is what stands around a photo: a form with the two parts that the reference describes. The photo's part
// names its own type: Graph is reported to refuse it otherwise. A client keeps to one boundary, which nobody can guess
// and which travels where the token does.
type photoForm struct{ contentType, prefix, suffix string }

func newPhotoForm() photoForm {
	boundary := rand.Text()
	return photoForm{
		contentType: "multipart/form-data; boundary=" + boundary,
		prefix: "--" + boundary + "\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp" +
			"\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\n" +
			"Content-Type: image/jpeg\r\n\r\n",
		suffix: "\r\n--" + boundary + "--\r\n",
	}
}

func (f *photoForm) payload(content io.ReaderAt, size int64) *payload {
	return &payload{prefix: f.prefix, content: content, contentSize: size, suffix: f.suffix}
}

func (p *payload) size() int64 { return int64(len(p.prefix)) + p.contentSize + int64(len(p.suffix)) }

// open returns a reader of the whole payload.
func (p *payload) open() (io.ReadCloser, error) { return &payloadReader{payload: p}, nil }

// release waits for a read that is under way and ends all further ones.
func (p *payload) release() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.released = true
	p.mu.Unlock()
}

// state reports whether a reader was read from, and the failure of the content.
func (p *payload) state() (started bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.started, p.err
}

// reset forgets what an attempt has left in state.
func (p *payload) reset() {
	p.mu.Lock()
	p.started, p.err = false, nil
	p.mu.Unlock()
}

type payloadReader struct {
	payload *payload
	offset  int64
}

var errReleased = errors.New("the call has returned")

// Close is not needed: a payload that was released cannot be read.
func (r *payloadReader) Close() error { return nil }

func (r *payloadReader) Read(b []byte) (n int, err error) {
	p := r.payload
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.released {
		return 0, errReleased
	}
	p.started = true
	switch at := r.offset - int64(len(p.prefix)); {
	case len(b) == 0:
		return 0, nil
	case at < 0:
		n = copy(b, p.prefix[r.offset:])
	case at < p.contentSize:
		n, err = p.readContent(b[:min(int64(len(b)), p.contentSize-at)], at)
	case at < p.contentSize+int64(len(p.suffix)):
		n = copy(b, p.suffix[at-p.contentSize:])
	default:
		err = io.EOF
	}
	r.offset += int64(n)
	return n, err
}

// readContent keeps a misbehaving reader of the caller from crashing the program or from corrupting the body. It runs
// in the transport's goroutine, where a panic could not be recovered by the caller.
func (p *payload) readContent(b []byte, at int64) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			n, err = 0, fmt.Errorf("the reader panicked: %v", v)
		}
		if err != nil && p.err == nil {
			p.err = err
		}
	}()
	n, err = p.content.ReadAt(b, at)
	switch {
	case n < 0 || n > len(b):
		return 0, errors.New("the reader returned an impossible count")
	case n > 0 && errors.Is(err, io.EOF):
		return n, nil
	case errors.Is(err, io.EOF):
		return 0, fmt.Errorf("the reader ended %d bytes early: %w", p.contentSize-at, io.ErrUnexpectedEOF)
	case n == 0 && err == nil:
		return 0, io.ErrNoProgress
	}
	return n, err
}
