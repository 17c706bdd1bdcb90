package conformance

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// An upload is what a server has received of a photo.
type upload struct {
	sum   [sha256.Size]byte
	size  int64
	whole bool
}

// uploads are those of a server.
type uploads struct {
	mu   sync.Mutex
	list []upload
}

// receive reads an upload, to its end or to where it breaks off.
func (u *uploads) receive(r *http.Request) (whole bool) {
	var up upload
	hash := sha256.New()
	photo, err := photoOf(r)
	if err == nil {
		up.size, err = io.Copy(hash, photo)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, r.Body)
	}
	up.whole = err == nil
	hash.Sum(up.sum[:0])
	u.mu.Lock()
	defer u.mu.Unlock()
	u.list = append(u.list, up)
	return up.whole
}

// check holds every upload that came whole to its content, and counts them.
func (u *uploads) check(tb testing.TB, photo []byte) (whole int) {
	tb.Helper()
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, up := range u.list {
		if !up.whole {
			continue
		}
		whole++
		if up.size != int64(len(photo)) || up.sum != sha256.Sum256(photo) {
			tb.Errorf("upload of %d bytes with another content, %d bytes were given", up.size, len(photo))
		}
	}
	return whole
}

// photoOf finds the photo in a request, of which nothing behind the photo's beginning needs to have come. It counts on
// the layout of the form, for package multipart would look for the boundary in all of it, which takes its time.
func photoOf(r *http.Request) (io.Reader, error) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(r.Body)
	size := r.ContentLength - int64(len("\r\n--"+params["boundary"]+"--\r\n"))
	for parts := 0; parts < 2; { // the headers of the second part end where the photo begins
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size -= int64(len(line))
		if line == "\r\n" {
			parts++
		}
	}
	return io.LimitReader(in, size), nil
}

// receiving is a script that receives uploads and accepts them.
func (u *uploads) receiving(p *peer) {
	for r := p.head(); r != nil && u.receive(r); r = p.head() {
		p.server.requests.Add(1)
		p.send(goodResponse(r.Method))
	}
}

// receiveSome reads the first n bytes of a photo.
func receiveSome(r *http.Request, n int64) {
	if photo, err := photoOf(r); err == nil {
		_, _ = io.CopyN(io.Discard, photo, n)
	}
}

// partly makes a script that reads the first n bytes of a photo and then acts.
func partly(n int64, act func(p *peer)) script {
	return func(p *peer) {
		if r := p.head(); r != nil {
			receiveSome(r, n)
			act(p)
		}
	}
}

// uploadOf is SetGroupPhoto with a certain reader.
func uploadOf(photo io.Reader) clienttest.Operation {
	op := clienttest.OperationNamed("SetGroupPhoto")
	op.Call = func(ctx context.Context, c *client.Client, groupID string) error {
		return clienttest.Outcome(c.SetGroupPhoto(ctx, groupID, photo))
	}
	return op
}

// A spy is a photo that counts the calls of its methods that begin or end after the upload has returned.
type spy struct {
	*bytes.Reader
	returned atomic.Bool
	late     atomic.Int64
}

func (s *spy) check() {
	if s.returned.Load() {
		s.late.Add(1)
	}
}

func (s *spy) ReadAt(b []byte, off int64) (int, error) {
	s.check()
	defer s.check()
	return s.Reader.ReadAt(b, off)
}

func (s *spy) Read(b []byte) (int, error) {
	s.check()
	defer s.check()
	return s.Reader.Read(b)
}

func (s *spy) Seek(off int64, whence int) (int64, error) {
	s.check()
	defer s.check()
	return s.Reader.Seek(off, whence)
}

// upload returns an operation that uploads the photo and watches it from its return on.
func (s *spy) upload() clienttest.Operation {
	op := uploadOf(s)
	call := op.Call
	op.Call = func(ctx context.Context, c *client.Client, groupID string) error {
		defer s.returned.Store(true)
		return call(ctx, c, groupID)
	}
	return op
}

var errDisk = errors.New("disk on fire")

// A fickle photo does something else from byte at on.
type fickle struct {
	*bytes.Reader
	at   int64
	fail func(b []byte) (int, error)
	left int // how often to fail; for ever if it was below 1
}

func (f *fickle) ReadAt(b []byte, off int64) (int, error) {
	if off+int64(len(b)) <= f.at {
		return f.Reader.ReadAt(b, off)
	}
	if off < f.at {
		return f.Reader.ReadAt(b[:f.at-off], off)
	}
	if f.left--; f.left == 0 {
		f.at = f.Size()
	}
	return f.fail(b)
}

// plain hides all methods but Read, which is that of the photo as it is read at.
func (f *fickle) plain() io.Reader {
	return struct{ io.Reader }{io.NewSectionReader(f, 0, f.Size())}
}

// sized claims another size than it has.
func sized(r *bytes.Reader, size int64) io.Reader { return io.NewSectionReader(r, 0, size) }

// whole is read at, as a photo in memory or in a file.
func (f *fickle) whole() io.Reader { return io.NewSectionReader(f, 0, f.Size()) }

func failing([]byte) (int, error) {
	return 0, fmt.Errorf("read /photos/%s.jpg: %w", clienttest.GroupID, errDisk)
}

func panicking([]byte) (int, error) { panic("a bug in the reader of " + clienttest.GroupID) }
