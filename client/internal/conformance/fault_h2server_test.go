package conformance

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// An h2peer is the server's end of an HTTP/2 connection, down to its frames.
type h2peer struct {
	*peer
	framer *http2.Framer
	out    chan []byte // frames on their way: on a pipe, both sides writing at once would wait for each other
	enc    *hpack.Encoder
	block  bytes.Buffer
	last   uint32 // the stream of the latest request
}

// faultHTTP2 serves HTTP/2 over TLS, on pipes. Each handler gets one whole request, in the order in which they come,
// whatever the connection; the last one gets all further requests too. A handler returns false to close the connection.
func faultHTTP2(tb testing.TB, handlers ...func(p *h2peer) bool) *faultServer {
	tb.Helper()
	certificate, pool := newCertificate(tb, "localhost", time.Now().Add(time.Hour))
	s := faultPipe(tb, overTLS(&tls.Config{
		Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"},
		SessionTicketsDisabled: true, // the client would write before it reads one, and block the pipe
	}, inHTTP2(handlers)))
	s.transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	s.transport.ForceAttemptHTTP2 = true
	s.url = "https://localhost"
	return s
}

// faultClearHTTP2 does so in the clear, as a client on the same machine may want it.
func faultClearHTTP2(tb testing.TB, handlers ...func(p *h2peer) bool) *faultServer {
	tb.Helper()
	s := faultPipe(tb, inHTTP2(handlers))
	s.transport.Protocols = new(http.Protocols)
	s.transport.Protocols.SetUnencryptedHTTP2(true)
	return s
}

func inHTTP2(handlers []func(p *h2peer) bool) script {
	return func(p *peer) {
		h := &h2peer{peer: p, out: make(chan []byte, 1<<10)}
		h.framer = http2.NewFramer(h, p.in)
		h.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
		h.enc = hpack.NewEncoder(&h.block)
		h.serve(handlers)
	}
}

// Write queues what the framer writes.
func (p *h2peer) Write(b []byte) (int, error) {
	p.out <- bytes.Clone(b)
	return len(b), nil
}

func (p *h2peer) serve(handlers []func(p *h2peer) bool) {
	flushed := make(chan struct{})
	go func() {
		defer close(flushed)
		for b := range p.out {
			_, _ = p.Conn.Write(b)
		}
	}()
	defer func() {
		close(p.out)
		go p.untilClosed() // or the client could not write, and would not read
		<-flushed
		_ = p.Close()
	}()
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(p.in, preface); err != nil || string(preface) != http2.ClientPreface {
		return
	}
	const window = 16 << 20 // for whole photos
	_ = p.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window})
	_ = p.framer.WriteWindowUpdate(0, window)
	for {
		f, err := p.framer.ReadFrame()
		if err != nil {
			return
		}
		if p.isRequest(f) && !p.handle(handlers) {
			return
		}
	}
}

// isRequest takes part in the protocol, and reports whether a request has come to its end.
func (p *h2peer) isRequest(f http2.Frame) bool {
	switch f := f.(type) {
	case *http2.SettingsFrame:
		if !f.IsAck() {
			_ = p.framer.WriteSettingsAck()
		}
	case *http2.PingFrame:
		if !f.IsAck() {
			_ = p.framer.WritePing(true, f.Data)
		}
	case *http2.MetaHeadersFrame:
		_, query, _ := strings.Cut(f.PseudoValue("path"), "appsecret_proof=")
		proof, _, _ := strings.Cut(query, "&")
		p.server.remember(proof)
		p.last = f.StreamID
		return f.StreamEnded()
	case *http2.DataFrame:
		p.last = f.StreamID
		return f.StreamEnded()
	}
	return false
}

func (p *h2peer) handle(handlers []func(p *h2peer) bool) bool {
	n := int(p.server.requests.Add(1)) - 1
	return handlers[min(n, len(handlers)-1)](p)
}

// headers sends the headers of a response to the latest request.
func (p *h2peer) headers(status string, end bool) {
	p.block.Reset()
	_ = p.enc.WriteField(hpack.HeaderField{Name: ":status", Value: status})
	_ = p.enc.WriteField(hpack.HeaderField{Name: "content-type", Value: "application/json"})
	_ = p.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: p.last, BlockFragment: p.block.Bytes(), EndHeaders: true, EndStream: end,
	})
}

// response sends a response to the latest request.
func (p *h2peer) respond(status, body string) bool {
	p.headers(status, false)
	_ = p.framer.WriteData(p.last, true, []byte(body))
	return true
}

// reset ends the stream of the latest request.
func (p *h2peer) reset(code http2.ErrCode) bool {
	_ = p.framer.WriteRSTStream(p.last, code)
	return true
}

// goAway says up to which stream requests were looked at.
func (p *h2peer) goAway(last uint32, code http2.ErrCode) { _ = p.framer.WriteGoAway(last, code, nil) }
