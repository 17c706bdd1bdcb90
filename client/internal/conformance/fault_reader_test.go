package conformance

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A photo that cannot be read does not reach the server whole, so nothing is carried out, and nothing is tried again.
func TestReaderFails(t *testing.T) {
	const size = 2 << 20
	photo := clienttest.JPEGOfSize(size)
	begun := want{class: client.ErrNotSent, attempts: 1}
	unbegun := want{class: client.ErrNotSent, attempts: 0}
	tests := []struct {
		name   string
		reader io.Reader
		want   want
		cause  error  // that the error matches
		text   string // that it contains
	}{
		{"shorter than its size", sized(bytes.NewReader(photo), size+1000), begun, io.ErrUnexpectedEOF, "1000 bytes"},
		{"by one byte", sized(bytes.NewReader(photo), size+1), begun, io.ErrUnexpectedEOF, "1 byte"},
		{"an error together with bytes", (&fickle{bytes.NewReader(photo), 4096, func(b []byte) (int, error) {
			return len(b), errDisk
		}, 0}).whole(), begun, errDisk, ""},
		{"nothing there", sized(bytes.NewReader(nil), size), want{class: client.ErrInvalidArgument}, nil, "JPEG"},
		{"no progress", (&fickle{bytes.NewReader(photo), 4096, func([]byte) (int, error) { return 0, nil }, 0}).whole(),
			begun, io.ErrNoProgress, ""},
		{"no progress from the start", (&fickle{
			bytes.NewReader(photo), 0, func([]byte) (int, error) { return 0, nil }, 0}).whole(),
			unbegun, io.ErrNoProgress, ""},
		{"too much", (&fickle{
			bytes.NewReader(photo), 4096, func(b []byte) (int, error) { return len(b) + 1, nil }, 0}).whole(),
			begun, nil, "impossible"},
		{"less than nothing", (&fickle{
			bytes.NewReader(photo), 4096, func([]byte) (int, error) { return -1, nil }, 0}).whole(),
			begun, nil, "impossible"},
	}
	for _, at := range []int64{0, 1, 600, 64 << 10, size - 1} {
		w := begun
		if at < 512 { // as much as is read to find the dimensions
			w = unbegun
		}
		name := " at byte " + strconv.FormatInt(at, 10)
		fails := &fickle{bytes.NewReader(photo), at, failing, 0}
		panics := &fickle{bytes.NewReader(photo), at, panicking, 0}
		tests = append(tests, []struct {
			name   string
			reader io.Reader
			want   want
			cause  error
			text   string
		}{
			{"failing" + name, fails.whole(), w, errDisk, ""},
			{"failing" + name + ", plain", fails.plain(), unbegun, errDisk, ""},
			{"panicking" + name, panics.whole(), w, nil, "panicked"},
			{"panicking" + name + ", plain", panics.plain(), unbegun, nil, "panicked"},
		}...)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := faultPipe(t, healthy)
				// Even where updates are repeated this one is not.
				c := s.client(t, client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 3, RetryUpdates: true}))
				err := s.try(t.Context(), t, c, uploadOf(test.reader), test.want)
				if test.cause != nil && !errors.Is(err, test.cause) {
					t.Errorf("error %v does not match %v", err, test.cause)
				}
				if err != nil && !strings.Contains(err.Error(), test.text) {
					t.Errorf("error %v does not contain %q", err, test.text)
				}
				clienttest.Equal(t, "connections", int(s.dials.Load()), test.want.attempts)
			})
		})
	}
}

// A photo that could not be read for one attempt is not held against the next: this one was sent whole.
func TestReaderFailsOnceTheResponseIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		photo := &fickle{bytes.NewReader(clienttest.JPEGOfSize(1 << 20)), 512 << 10, failing, 1}
		s := faultPipe(t, partly(1<<10, func(p *peer) {
			p.send(rawResponse(429, clienttest.GraphError(4)))
			synctest.Wait() // until the client has the response
			p.untilClosed() // it goes on reading the photo meanwhile
		}), whole(func(*peer) {}))
		_ = s.try(t.Context(), t, s.client(t), uploadOf(photo.whole()), want{
			class: client.ErrAmbiguous, attempts: 2, requests: 1,
		})
		if photo.left > 0 {
			t.Error("the reader never failed")
		}
	})
}
