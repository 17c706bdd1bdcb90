package conformance

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// brokenResponses are what a server can do instead of a response: each happens to the first request of a connection,
// after the server has read it.
var brokenResponses = []struct {
	name string
	act  func(p *peer)
}{
	{"closed before the headers", func(*peer) {}},
	{"reset before the headers", (*peer).reset},
	{"closed in the status line", func(p *peer) { p.send("HTTP/1.1 20") }},
	{"closed in the headers", func(p *peer) { p.send("HTTP/1.1 200 OK\r\nContent-Type: applic") }},
	{"reset in the headers", func(p *peer) { p.send("HTTP/1.1 200 OK\r\nContent-Type: applic"); p.reset() }},
	{"closed in the body", func(p *peer) { p.send(cutInBody) }},
	{"reset in the body", func(p *peer) { p.send(cutInBody); p.reset() }},
	{"body shorter than announced", func(p *peer) {
		p.send(strings.Replace(rawResponse(200, "{}"), "Content-Length: 2", "Content-Length: 3", 1))
	}},
	{"no body where one was announced", func(p *peer) {
		p.send("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n")
	}},
	{"broken chunk size", func(p *peer) { p.send(chunked + "zz\r\n{}\r\n0\r\n\r\n"); p.untilClosed() }},
	{"chunk without its end", func(p *peer) { p.send(chunked + "2\r\n{}") }},
	{"chunks without the last", func(p *peer) { p.send(chunked + "2\r\n{}\r\n") }},
	{"failure cut off", func(p *peer) {
		p.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 200\r\n\r\n" + clienttest.GraphError(100))
	}},
	{"failure cut off that announces more than is read", func(p *peer) {
		p.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 2097152\r\n\r\n{\"err")
	}},
	{"nonsense for a status line", func(p *peer) { p.send("I am no server\r\n\r\n"); p.untilClosed() }},
	{"a status that is no number", func(p *peer) { p.send("HTTP/1.1 abc OK\r\n\r\n"); p.untilClosed() }},
	{"a header without a colon", func(p *peer) { p.send("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n{}"); p.untilClosed() }},
	{"two lengths", func(p *peer) {
		p.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}}")
		p.untilClosed()
	}},
}

const (
	cutInBody = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n" + `{"id":"`
	chunked   = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)

// An update whose response is lost is not sent again; a read and a deletion are.
func TestBrokenResponse(t *testing.T) {
	for _, test := range brokenResponses {
		for _, op := range clienttest.Operations {
			t.Run(test.name+"/"+op.Name, func(t *testing.T) {
				t.Run("for ever", func(t *testing.T) {
					s := faultSocket(t, whole(test.act))
					_ = s.try(t.Context(), t, s.client(t, quick), op, lost.of(op))
				})
				t.Run("once", func(t *testing.T) {
					s := faultSocket(t, whole(test.act), healthy)
					_ = s.try(t.Context(), t, s.client(t, quick), op, lostOnce.of(op))
				})
			})
		}
	}
}

// The error of the network can be had from the error of the client.
func TestResetCause(t *testing.T) {
	for _, op := range clienttest.Operations {
		s := faultSocket(t, whole((*peer).reset))
		if err := s.try(t.Context(), t, s.client(t, quick), op, lost.of(op)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("error %v does not match the reset", err)
		}
	}
}

// A response that does not come in time is broken off, and costs no more time than it may.
func TestSlowResponse(t *testing.T) {
	inTime := func(w want) want { w.context = context.DeadlineExceeded; return w }
	tests := []struct {
		name string
		act  func(p *peer)
	}{
		{"nothing", (*peer).untilClosed},
		{"stalled headers", func(p *peer) { p.send("HTTP/1.1 200 OK\r\nContent-Ty"); p.untilClosed() }},
		{"stalled body", func(p *peer) { p.send(cutInBody); p.untilClosed() }},
		{"trickled headers", func(p *peer) { p.trickle("HTTP/1.1 200 OK\r\n", "X-Padding: x\r\n") }},
		{"trickled body", func(p *peer) { p.trickle("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", " ") }},
	}
	for _, test := range tests {
		for _, op := range clienttest.Operations {
			t.Run(test.name+"/"+op.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faultPipe(t, whole(test.act))
					start := time.Now()
					w := inTime(lost.of(op))
					_ = s.try(t.Context(), t, s.client(t), op, w)
					atLeast := time.Duration(w.attempts) * 30 * time.Second
					if took := time.Since(start); took < atLeast || took > atLeast+time.Second {
						t.Errorf("took %v, want %v and the waits between the attempts", took, atLeast)
					}
				})
			})
		}
	}
}

// trickle sends a part of a response each second, as slowly as it can without being idle.
func (p *peer) trickle(first, further string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.untilClosed()
	}()
	p.send(first)
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-tick.C:
			p.send(further)
		case <-done:
			tick.Stop()
			return
		}
	}
}
