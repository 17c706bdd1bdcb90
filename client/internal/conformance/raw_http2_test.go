package conformance

import (
	"io"
	"net"
	"sync"

	"golang.org/x/net/http2"
)

// wireConn is the server's end of an HTTP/2 connection with one stream.
type wireConn struct {
	net.Conn
	response *encodedResponse
	framer   *http2.Framer
	writing  sync.Mutex // orders whole frames

	mu      sync.Mutex
	changed *sync.Cond // one of the following
	asked   bool       // the request is here
	gone    bool       // the client does not want the response any more
	stream  int        // how many bytes may be sent on the stream,
	conn    int        // and on the connection
}

func newWireConn(conn net.Conn, a *encodedResponse) *wireConn {
	c := &wireConn{Conn: conn, response: a, framer: http2.NewFramer(conn, conn), stream: startingConn, conn: startingConn}
	c.changed = sync.NewCond(&c.mu)
	return c
}

func (c *wireConn) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	c.changed.Broadcast()
}

func (c *wireConn) write(frames func() error) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return frames()
}

func (c *wireConn) send(frames []byte) error {
	return c.write(func() error {
		_, err := c.Write(frames)
		return err
	})
}

// serve reads to the end of the connection, so that the client never waits while it writes.
func (c *wireConn) serve() {
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(c, preface); err != nil {
		return
	}
	var responding sync.WaitGroup
	defer responding.Wait()
	defer c.change(func() { c.gone = true })
	defer c.Close() // first, so that a write under way comes back
	responding.Go(c.respond)
	for {
		frame, err := c.framer.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if window, ok := frame.Value(http2.SettingInitialWindowSize); ok {
				c.change(func() { c.stream += int(window) - startingConn })
			}
		case *http2.WindowUpdateFrame:
			c.change(func() {
				if frame.StreamID == 0 {
					c.conn += int(frame.Increment)
				} else {
					c.stream += int(frame.Increment)
				}
			})
		case *http2.HeadersFrame, *http2.DataFrame:
			if frame.Header().Flags.Has(http2.FlagDataEndStream) { // the same bit in both
				c.change(func() { c.asked = true })
			}
		case *http2.PingFrame:
			// The client asks after a reset stream before it counts a connection as idle.
			data := frame.Data
			responding.Go(func() { _ = c.write(func() error { return c.framer.WritePing(true, data) }) })
		case *http2.RSTStreamFrame:
			c.change(func() { c.gone = true })
		}
	}
}

func (c *wireConn) respond() {
	err := c.write(func() error { return c.framer.WriteSettings() })
	if err != nil || !c.wait(func() bool { return c.asked }) {
		return
	}
	err = c.send(c.response.head)
	for again := true; again && err == nil; again = c.response.endless {
		for _, frame := range c.response.body {
			n := len(frame) - frameHeader
			if !c.wait(func() bool { return min(c.stream, c.conn) >= n }) {
				return
			}
			c.change(func() { c.stream, c.conn = c.stream-n, c.conn-n })
			if err = c.send(frame); err != nil {
				return
			}
		}
	}
	if c.response.last != nil && err == nil {
		_ = c.send(c.response.last)
	}
}

// wait returns false when there is nothing to wait for any more.
func (c *wireConn) wait(until func() bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !until() && !c.gone {
		c.changed.Wait()
	}
	return !c.gone
}
