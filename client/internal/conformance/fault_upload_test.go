package conformance

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const largestPhoto = 5 << 20

// What the transport never took of a photo the server cannot have: the upload was not carried out, and is sent again.
func TestUploadCutOff(t *testing.T) {
	photo := clienttest.JPEGOfSize(largestPhoto)
	ends := []struct {
		name string
		act  func(p *peer)
	}{{"closed", func(*peer) {}}, {"reset", (*peer).reset}}
	for _, end := range ends {
		for _, n := range []int64{0, 1, 256 << 10} {
			t.Run(end.name+" after "+strconv.FormatInt(n, 10)+" bytes", func(t *testing.T) {
				var u uploads
				s := faultSocket(t, partly(n, end.act), u.receiving)
				op := uploadOf(bytes.NewReader(photo))
				_ = s.try(t.Context(), t, s.client(t, quick), op, want{attempts: 2, requests: 1})
				clienttest.Equal(t, "whole uploads", u.check(t, photo), 1)
			})
		}
	}
}

// A server need not read a photo to its end before it responds. The response counts, at once.
func TestUploadEarlyResponse(t *testing.T) {
	tests := []struct {
		status int
		class  error
	}{
		{http.StatusUnauthorized, client.ErrUnauthorized},
		{http.StatusRequestEntityTooLarge, client.ErrInvalidRequest},
		{http.StatusServiceUnavailable, client.ErrUnavailable},
	}
	afterwards := []struct {
		name string
		act  func(p *peer)
	}{
		{"and reads on", (*peer).untilClosed},
		{"and reads no more", func(p *peer) { <-p.server.ended }},
	}
	for _, test := range tests {
		for _, after := range afterwards {
			t.Run(strconv.Itoa(test.status)+" "+after.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					photo := &spy{Reader: bytes.NewReader(clienttest.JPEGOfSize(largestPhoto))}
					s := faultPipe(t, partly(64<<10, func(p *peer) {
						p.send(rawResponse(test.status, "{}"))
						after.act(p)
					}))
					start := time.Now()
					err := s.try(t.Context(), t, s.client(t), photo.upload(), want{class: test.class, attempts: 1})
					if took := time.Since(start); took > time.Second {
						t.Errorf("took %v", took)
					}
					if err != nil {
						clienttest.Equal(t, "status", clienttest.AsError(t, err).StatusCode, test.status)
					}
					s.end()
					synctest.Wait()
					clienttest.Equal(t, "calls of the reader after the return", photo.late.Load(), 0)
				})
			})
		}
	}
}

// The reader is the caller's again as soon as the call has returned, whatever ended it. The transport may go on for as
// long as the server takes what it sends.
func TestReaderUntouchedAfterReturn(t *testing.T) {
	readOn := func(p *peer) { p.untilClosed() }
	tests := []struct {
		name   string
		script script
		want   want
	}{
		{"accepted early", partly(64<<10, func(p *peer) {
			p.send(goodResponse(http.MethodPost))
			readOn(p)
		}), want{attempts: 1}},
		{"cancelled", partly(64<<10, func(p *peer) {
			<-p.server.ended
			readOn(p)
		}), want{class: client.ErrNotSent, attempts: 1, context: context.Canceled}},
		{"cut off", partly(64<<10, func(*peer) {}), want{class: client.ErrNotSent, attempts: 3}},
		{"nonsense", partly(64<<10, func(p *peer) {
			p.send("nonsense\r\n\r\n")
			<-p.server.ended
			readOn(p)
		}), want{class: client.ErrNotSent, attempts: 3}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				photo := &spy{Reader: bytes.NewReader(clienttest.JPEGOfSize(largestPhoto))}
				s := faultPipe(t, test.script)
				ctx, cancel := context.WithCancel(t.Context())
				stop := time.AfterFunc(3*time.Second, cancel)
				_ = s.try(ctx, t, s.client(t), photo.upload(), test.want)
				stop.Stop()
				cancel()
				s.end()
				synctest.Wait()
				clienttest.Equal(t, "calls of the reader after the return", photo.late.Load(), 0)
			})
		})
	}
}

// A spy notices what comes too late.
func TestSpy(t *testing.T) {
	photo := &spy{Reader: bytes.NewReader(clienttest.JPEGOf(192, 192))}
	_, _ = io.ReadAll(io.NewSectionReader(photo, 0, photo.Size()))
	clienttest.Equal(t, "calls before the return", photo.late.Load(), 0)
	photo.returned.Store(true)
	_, _ = photo.ReadAt(make([]byte, 1), 0)
	if photo.late.Load() == 0 {
		t.Error("a call after the return was not noticed")
	}
}
