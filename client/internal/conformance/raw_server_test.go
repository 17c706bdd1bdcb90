package conformance

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing/synctest"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/wagroups/wagroups-go/client"
)

// A wireResponse is given byte by byte, without an http.Server that would correct it.
type wireResponse struct {
	status  int
	header  []string // names in lower case and values in turn
	body    []byte
	endless bool // the body is sent again and again
	cut     bool // the connection, or the stream, is cut off after the body
}

// encodedResponse is what goes over the wire. It is made in advance, so that what is allocated during a call is the
// client's.
type encodedResponse struct {
	wireResponse
	major int
	head  []byte
	body  [][]byte // for HTTP/2 in frames
	last  []byte   // what cuts off an HTTP/2 stream
}

func (a wireResponse) encode(major int) *encodedResponse {
	if major == 2 {
		return a.encode2()
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d Status\r\n", a.status)
	length := !a.endless && !a.cut && a.status != http.StatusNoContent
	for i := 0; i < len(a.header); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", a.header[i], a.header[i+1])
		length = length && a.header[i] != "content-length"
	}
	if length {
		fmt.Fprintf(&b, "content-length: %d\r\n", len(a.body))
	}
	b.WriteString("\r\n")
	return &encodedResponse{wireResponse: a, major: major, head: b.Bytes(), body: [][]byte{a.body}}
}

const (
	wireStream   = 1        // the first of a connection
	maxFrame     = 16 << 10 // what needs no agreement
	frameHeader  = 9
	startingConn = 65535 // what may be sent on a connection before the client has said more
)

func (a wireResponse) encode2() *encodedResponse {
	out := &encodedResponse{wireResponse: a, major: 2}
	var block, frames bytes.Buffer
	e := hpack.NewEncoder(&block)
	field := func(name, value string) {
		_ = e.WriteField(hpack.HeaderField{Name: name, Value: value, Sensitive: true}) // which keeps it out of tables
	}
	field(":status", fmt.Sprint(a.status))
	for i := 0; i < len(a.header); i += 2 {
		field(a.header[i], a.header[i+1])
	}
	f := http2.NewFramer(&frames, nil)
	first := block.Next(maxFrame)
	_ = f.WriteHeaders(http2.HeadersFrameParam{
		StreamID: wireStream, BlockFragment: first, EndHeaders: block.Len() == 0, EndStream: len(a.body) == 0,
	})
	for block.Len() > 0 {
		next := block.Next(maxFrame)
		_ = f.WriteContinuation(wireStream, block.Len() == 0, next)
	}
	take := func() []byte {
		defer frames.Reset()
		return bytes.Clone(frames.Bytes())
	}
	out.head = take()
	for rest := a.body; len(rest) > 0; {
		n := min(len(rest), maxFrame)
		_ = f.WriteData(wireStream, n == len(rest) && !a.endless && !a.cut, rest[:n])
		out.body = append(out.body, take())
		rest = rest[n:]
	}
	if a.cut {
		_ = f.WriteRSTStream(wireStream, http2.ErrCodeInternal)
		out.last = take()
	}
	return out
}

// wireServer gives a response once on each connection. In front of it is the client's default transport.
type wireServer struct {
	transport *http.Transport
	running   sync.WaitGroup
}

func newWireServer(a *encodedResponse) *wireServer {
	s := &wireServer{transport: client.NewTransport()}
	var choice http.Protocols
	choice.SetHTTP1(a.major == 1)
	choice.SetUnencryptedHTTP2(a.major == 2)
	s.transport.Protocols = &choice
	s.transport.Proxy = nil
	s.transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		s.running.Go(func() {
			defer far.Close()
			if a.major == 2 {
				newWireConn(far, a).serve()
			} else {
				a.serve1(far)
			}
		})
		return near, nil
	}
	return s
}

// close ends idle connections and waits for those that the client has left behind, which it must not: the bubble would
// not end.
func (s *wireServer) close() {
	synctest.Wait() // a connection becomes idle some time after its call has returned
	s.transport.CloseIdleConnections()
	s.running.Wait()
}

func (a *encodedResponse) serve1(conn net.Conn) {
	r := bufio.NewReader(conn)
	req, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return
	}
	_, err = conn.Write(a.head)
	for err == nil {
		_, err = conn.Write(a.body[0])
		if !a.endless {
			break
		}
	}
	if !a.cut {
		_, _ = io.Copy(io.Discard, r) // until the client closes the connection
	}
}
