package client_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// sizedReader claims a size and reads as it is told.
type sizedReader struct {
	size   int64
	readAt func(b []byte, at int64) (int, error)
}

func (r *sizedReader) Size() int64                                  { return r.size }
func (r *sizedReader) Read([]byte) (int, error)                     { return 0, errors.New("Read was called") }
func (r *sizedReader) Seek(int64, int) (int64, error)               { return 0, nil }
func (r *sizedReader) ReadAt(b []byte, at int64) (n int, err error) { return r.readAt(b, at) }

func TestUploadOfReadersThatMisbehave(t *testing.T) {
	const size, early = 100_000, 60_000
	jpeg := clienttest.JPEGOfSize(size)
	reason := errors.New("the disk is gone")
	good := bytes.NewReader(jpeg)
	// from does something else than reading from some byte on.
	from := func(start int64, otherwise func(b []byte, at int64) (int, error)) func([]byte, int64) (int, error) {
		return func(b []byte, at int64) (int, error) {
			if at >= start {
				return otherwise(b, at)
			}
			return good.ReadAt(b[:min(int64(len(b)), start-at)], at)
		}
	}
	for _, tt := range []struct {
		name   string
		reader *sizedReader
		says   string
		is     error
	}{
		{"shorter than it says", &sizedReader{size, from(early, func([]byte, int64) (int, error) { return 0, io.EOF })},
			fmt.Sprintf("ended %d bytes early", size-early), io.ErrUnexpectedEOF},
		{
			"failing", &sizedReader{size, from(early, func([]byte, int64) (int, error) { return 0, reason })}, "disk is gone",
			reason,
		},
		{"failing with its last bytes", &sizedReader{size, from(early, func(b []byte, at int64) (int, error) {
			n, _ := good.ReadAt(b, at)
			return n, reason
		})}, "disk is gone", reason},
		{
			"panicking", &sizedReader{size, from(early, func([]byte, int64) (int, error) { panic("out of range") })},
			"panicked: out of range", nil,
		},
		{"stuck", &sizedReader{size, from(early, func([]byte, int64) (int, error) { return 0, nil })}, "", io.ErrNoProgress},
		{"counting more than there is room for", &sizedReader{size, from(early, func(b []byte, _ int64) (int, error) {
			return len(b) + 1, nil
		})}, "impossible count", nil},
		{
			"counting below zero", &sizedReader{size, from(early, func([]byte, int64) (int, error) { return -1, nil })},
			"impossible count", nil,
		},
		{
			"failing in the header", &sizedReader{size, from(0, func([]byte, int64) (int, error) { return 0, reason })},
			"disk is gone", reason,
		},
		{
			"panicking in the header", &sizedReader{size, from(0, func([]byte, int64) (int, error) { panic("out of range") })},
			"panicked: out of range", nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				whole := false
				s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
					_, err := io.Copy(io.Discard, r.Body)
					whole = whole || err == nil
					clienttest.Success(w, r)
				})
				_, err := s.Client(clienttest.FastRetries(3)).SetGroupPhoto(t.Context(), clienttest.GroupID, tt.reader)
				clienttest.WantClass(t, err, client.ErrNotSent)
				if !strings.Contains(err.Error(), tt.says) || tt.is != nil && !errors.Is(err, tt.is) {
					t.Errorf("error %v, want %q", err, tt.says)
				}
				synctest.Wait() // for the server to see the end of the connection
				clienttest.Equal(t, "the server got a whole request", whole, false)
			})
		})
	}
}

func TestUploadOfALongerReader(t *testing.T) {
	jpeg := clienttest.JPEGOfSize(50_000)
	longer := bytes.NewReader(append(append([]byte(nil), jpeg...), "and more"...))
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		clienttest.Equal(t, "bytes", bytes.Equal(readUpload(t, r), jpeg), true)
		clienttest.Success(w, r)
	})
	_, err := s.Client().SetGroupPhoto(t.Context(), clienttest.GroupID, &sizedReader{int64(len(jpeg)), longer.ReadAt})
	clienttest.WantClass(t, err, nil)
}

func TestPlainReaderThatMisbehaves(t *testing.T) {
	reason := errors.New("the disk is gone")
	for _, tt := range []struct {
		name   string
		reader io.Reader
		says   string
	}{
		{"failing at once", iotest.ErrReader(reason), "disk is gone"},
		{"failing later", io.MultiReader(clienttest.Photo(), iotest.ErrReader(reason)), "disk is gone"},
		{"panicking", readerFunc(func([]byte) (int, error) { panic("out of range") }), "panicked: out of range"},
		{"a file that was not opened", (*os.File)(nil), "invalid argument"},
		{"a nil bytes.Reader", (*bytes.Reader)(nil), "panicked"},
		{"a reader whose position cannot be had", brokenSeeker{clienttest.Photo()}, "cannot seek"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := clienttest.ServeNothing(t).Client().SetGroupPhoto(t.Context(), clienttest.GroupID, tt.reader)
			clienttest.WantClass(t, err, client.ErrNotSent)
			e := clienttest.AsError(t, err)
			clienttest.Equal(t, "Op", e.Op, "SetGroupPhoto")
			clienttest.Equal(t, "Attempts", e.Attempts, 0)
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want %q", err, tt.says)
			}
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

type brokenSeeker struct{ *bytes.Reader }

func (brokenSeeker) Seek(int64, int) (int64, error) { return 0, errors.New("cannot seek") }

// A file's name may hold what does not belong in an error.
func TestReaderErrorIsRedacted(t *testing.T) {
	_, err := clienttest.ServeNothing(t).Client().SetGroupPhoto(t.Context(), clienttest.GroupID,
		iotest.ErrReader(&os.PathError{Op: "read", Path: clienttest.GroupID + ".jpg", Err: io.ErrUnexpectedEOF}))
	clienttest.WantClass(t, err, client.ErrNotSent)
	clienttest.ScanError(t, err)
}
