package client_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// readUpload takes an upload apart as any server would, and holds it to the form of the reference.
func readUpload(tb testing.TB, r *http.Request) (file []byte) {
	tb.Helper()
	clienttest.Equal(tb, "Transfer-Encoding", len(r.TransferEncoding), 0)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil // the client has given up
	}
	clienttest.Equal(tb, "Content-Length", r.Header.Get("Content-Length"), strconv.Itoa(len(body)))
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		tb.Error(err)
	}
	clienttest.Equal(tb, "Content-Type", kind, "multipart/form-data")
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])

	product, err := parts.NextRawPart()
	if err != nil {
		tb.Errorf("first part: %v", err)
		return nil
	}
	value, err := io.ReadAll(product)
	clienttest.WantClass(tb, err, nil)
	clienttest.Equal(tb, "first part", product.FormName(), "messaging_product")
	clienttest.Equal(tb, "its file name", product.FileName(), "")
	clienttest.Equal(tb, "its value", string(value), "whatsapp")

	photo, err := parts.NextRawPart()
	if err != nil {
		tb.Errorf("second part: %v", err)
		return nil
	}
	file, err = io.ReadAll(photo)
	clienttest.WantClass(tb, err, nil)
	clienttest.Equal(tb, "second part", photo.FormName(), "file")
	clienttest.Equal(tb, "its file name", photo.FileName(), "photo.jpg")
	clienttest.Equal(tb, "its type", photo.Header.Get("Content-Type"), "image/jpeg")
	if _, err := parts.NextRawPart(); !errors.Is(err, io.EOF) {
		tb.Errorf("after the second part: %v", err)
	}
	return file
}

// temporaryFile is open at its beginning.
func temporaryFile(tb testing.TB, content []byte) *os.File {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "photo.jpg")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

func TestUploadedBytes(t *testing.T) {
	jpeg := clienttest.JPEGOfSize(100_000)
	junk := []byte("what was read before")
	both := append(append([]byte(nil), junk...), jpeg...)
	at := func(r io.ReadSeeker) io.Reader {
		if _, err := r.Seek(int64(len(junk)), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, tt := range []struct {
		name     string
		reader   func(t *testing.T) io.Reader
		position int64 // afterwards, where there is one; -1 otherwise
	}{
		{"a file", func(t *testing.T) io.Reader { return temporaryFile(t, jpeg) }, 0},
		{"a file from where it stands", func(t *testing.T) io.Reader { return at(temporaryFile(t, both)) }, int64(len(junk))},
		{"a bytes.Reader", func(*testing.T) io.Reader { return bytes.NewReader(jpeg) }, 0},
		{
			"a bytes.Reader that was partly read", func(*testing.T) io.Reader { return at(bytes.NewReader(both)) },
			int64(len(junk)),
		},
		{"a strings.Reader", func(*testing.T) io.Reader { return strings.NewReader(string(jpeg)) }, 0},
		{
			"a section of something larger", func(*testing.T) io.Reader {
				return io.NewSectionReader(bytes.NewReader(append(both, junk...)), int64(len(junk)), int64(len(jpeg)))
			}, 0,
		},
		{"a section that was partly read", func(*testing.T) io.Reader {
			return at(io.NewSectionReader(bytes.NewReader(both), 0, int64(len(both))))
		}, int64(len(junk))},
		{"a bytes.Buffer", func(*testing.T) io.Reader { return bytes.NewBuffer(append([]byte(nil), jpeg...)) }, -1},
		{"a reader of single bytes", func(*testing.T) io.Reader { return iotest.OneByteReader(bytes.NewReader(jpeg)) }, -1},
		{
			"a reader whose last bytes come with EOF",
			func(*testing.T) io.Reader { return iotest.DataErrReader(bytes.NewReader(jpeg)) }, -1,
		},
		{"a reader that is longer than its size", func(*testing.T) io.Reader {
			longer := bytes.NewReader(append(bytes.Clone(jpeg), "and more"...))
			return sizedReader(int64(len(jpeg)), longer.ReadAt)
		}, -1},
		{"a reader at an offset whose last bytes come with EOF", func(*testing.T) io.Reader {
			return sizedReader(int64(len(jpeg)), func(b []byte, at int64) (int, error) {
				n := copy(b, jpeg[at:])
				if int(at)+n == len(jpeg) {
					return n, io.EOF
				}
				return n, nil
			})
		}, -1},
		{"a type with a bytes.Reader in it and a Read of its own", func(*testing.T) io.Reader {
			return &flippingReader{bytes.NewReader(flipped(jpeg))}
		}, -1},
		{"a pipe", func(t *testing.T) io.Reader {
			r, w := io.Pipe()
			go func() { _, err := w.Write(jpeg); _ = w.CloseWithError(err) }()
			t.Cleanup(func() { _ = r.Close() })
			return r
		}, -1},
		{"a pipe of the system", func(t *testing.T) io.Reader {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = w.Write(jpeg); _ = w.Close() }()
			t.Cleanup(func() { _ = r.Close() })
			return r
		}, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := clienttest.Serve(t, clienttest.InTurn(
				func(w http.ResponseWriter, r *http.Request) {
					clienttest.Equal(t, "bytes of the first attempt", bytes.Equal(readUpload(t, r), jpeg), true)
					clienttest.Respond(http.StatusTooManyRequests, "")(w, r)
				},
				func(w http.ResponseWriter, r *http.Request) {
					clienttest.Equal(t, "bytes of the second attempt", bytes.Equal(readUpload(t, r), jpeg), true)
					clienttest.Success(w, r)
				},
			))
			reader := tt.reader(t)
			_, err := s.Client(clienttest.FastRetries(2)).SetGroupPhoto(t.Context(), clienttest.GroupID, reader)
			clienttest.WantClass(t, err, nil)
			clienttest.Equal(t, "requests", s.Requests(), 2)
			if seeker, ok := reader.(io.Seeker); ok && tt.position >= 0 {
				position, err := seeker.Seek(0, io.SeekCurrent)
				clienttest.WantClass(t, err, nil)
				clienttest.Equal(t, "position", position, tt.position)
			}
		})
	}
}

// A flippingReader changes what it reads, as one that decrypts does; its ReadAt does not.
type flippingReader struct{ *bytes.Reader }

func (r *flippingReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	copy(b, flipped(b[:n]))
	return n, err
}

func flipped(b []byte) []byte {
	b = bytes.Clone(b)
	for i := range b {
		b[i] ^= 0xff
	}
	return b
}

// A Doer that still has the body after the call does not reach the caller's reader.
func TestReaderIsNotTouchedAfterTheCall(t *testing.T) {
	jpeg := bytes.NewReader(clienttest.JPEGOfSize(100_000))
	returned := false
	reader := sizedReader(jpeg.Size(), func(b []byte, at int64) (int, error) {
		clienttest.Equal(t, "the call has returned", returned, false)
		return jpeg.ReadAt(b, at)
	})
	var bodies []io.Reader
	early := clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
		n, err := r.Body.Read(nil)
		clienttest.Equal(t, "a read of nothing", fmt.Sprint(n, err), "0 <nil>")
		_, err = io.CopyN(io.Discard, r.Body, 50_000)
		clienttest.WantClass(t, err, nil)
		again, err := r.GetBody()
		clienttest.WantClass(t, err, nil)
		bodies = append(bodies, r.Body, again)
		return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: http.NoBody}, nil
	})
	policy := client.RetryPolicy{MaxAttempts: 2, BaseDelay: 1, MaxDelay: 1, RetryUpdates: true}
	c, err := client.New(client.StaticToken(clienttest.Token), client.WithHTTPClient(early),
		client.WithRetryPolicy(policy))
	clienttest.WantClass(t, err, nil)
	_, err = c.SetGroupPhoto(t.Context(), clienttest.GroupID, reader)
	clienttest.WantClass(t, err, client.ErrUnavailable)
	returned = true
	clienttest.Equal(t, "bodies", len(bodies), 4)
	for _, body := range bodies {
		if n, err := body.Read(make([]byte, 100)); n != 0 || err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%d bytes, error %v", n, err)
		}
	}
}

// readerAt reads as it is told.
type readerAt func(b []byte, at int64) (int, error)

func (f readerAt) ReadAt(b []byte, at int64) (int, error) { return f(b, at) }

// sizedReader claims a size.
func sizedReader(size int64, readAt readerAt) *io.SectionReader {
	return io.NewSectionReader(readAt, 0, size)
}

func TestPlainReaderThatCountsTooMuch(t *testing.T) {
	tooMuch := readerFunc(func(b []byte) (int, error) { return len(b) + 1, nil })
	_, err := clienttest.ServeNothing(t).Client().SetGroupPhoto(t.Context(), clienttest.GroupID, tooMuch)
	clienttest.WantClass(t, err, client.ErrNotSent)
	clienttest.Equal(t, "text", err.Error(),
		"wagroups: SetGroupPhoto: request not sent: reading the photo: the reader returned an impossible count")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
