package conformance

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"

	"golang.org/x/net/http2"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// An ending is one way in which an attempt can end, and what that means.
type ending struct {
	evidence     string // the row of the package documentation
	name         string
	change, read string // classes; "" where there is none
	response     response
	http1        script               // instead of the response; nil where HTTP/1.1 has no such ending
	http2        func(p *h2peer) bool // the same for HTTP/2
	prepare      func(s *faultServer)
	doer         func(rt http.RoundTripper) client.Doer
}

// A response is a status and a body, which may break off.
type response struct {
	status int
	body   string
	cut    bool
}

func (r response) http1(p *peer) {
	text := rawResponse(r.status, r.body)
	if r.cut {
		text = text[:len(text)-len(r.body)/2]
	}
	p.send(text)
}

func (r response) http2(p *h2peer) bool {
	if !r.cut {
		return p.respond(strconv.Itoa(r.status), r.body)
	}
	p.headers(strconv.Itoa(r.status), false)
	_ = p.framer.WriteData(p.last, false, []byte(r.body[:len(r.body)/2]))
	return p.reset(http2.ErrCodeInternal)
}

// The classes, and the rows of the package documentation.
const (
	notSent, lostChange, lostRead, unknown = "ErrNotSent", "ErrAmbiguous", "ErrUnavailable", "ErrUnknown"
	invalid, limited, notUnderstood        = "ErrInvalidRequest", "ErrRateLimited", "ErrMalformedResponse"

	rowNotWhole      = "no connection received the complete request"
	rowRefusedStream = "REFUSED_STREAM over HTTP/2, sent once"
	rowNoResponse    = "no response to a complete request"
	rowStatus        = "status below 200, 303, 304 or above 599"
	rowFollowed      = "a redirect that the Doer followed"
	rowRedirect      = "any other 3xx"
	rowCut           = "any other 2xx, 4xx or 5xx, cut"
	rowBroken        = "2xx, complete, that cannot be decoded"
	rowContradiction = "2xx, 3xx or 4xx that reports success and a failure"
	rowCode          = "an error of Graph, complete"
	rowOther4xx      = "any other 4xx, complete"
	rowOther5xx      = "any other 5xx, complete"
	rowAgain         = "sent again after a complete request, and no success"
)

var (
	accepted = `{"success":true,"request_id":"1","id":"1"}`
	both     = `{"success":true,"error":{"message":"(#4)","code":4}}`
)

var endings = slices.Concat([]ending{
	{evidence: rowNotWhole, name: "no connection", change: notSent, read: notSent, http1: healthy,
		http2: response{200, accepted, false}.http2, prepare: refuseFrom(0)},
	{evidence: rowNotWhole, name: "no connection for another RoundTripper", change: notSent, read: notSent,
		http1: healthy, prepare: refuseFrom(0), doer: idempotent},
	{evidence: rowNotWhole, name: "closed in the handshake", change: notSent, read: notSent,
		http1: func(*peer) {}, prepare: func(s *faultServer) { s.url = "https://localhost" }},
	{evidence: rowRefusedStream, change: notSent, read: notSent, doer: oneConnection,
		http2: func(p *h2peer) bool { return p.reset(http2.ErrCodeRefusedStream) }},
	{evidence: rowNoResponse, name: "closed", change: lostChange, read: lostRead,
		http1: whole(func(*peer) {}), http2: func(*h2peer) bool { return false }},
	{evidence: rowNoResponse, name: "not HTTP", change: lostChange, read: lostRead,
		http1: whole(func(p *peer) { p.send("nonsense\r\n\r\n") })},
	{evidence: rowNoResponse, name: "reset", change: lostChange, read: lostRead,
		http2: func(p *h2peer) bool { return p.reset(http2.ErrCodeInternal) }},
	{evidence: rowStatus, name: "101, and the connection stays open", change: lostChange, read: unknown,
		http1: whole(func(p *peer) { p.send(switching); p.untilClosed() })},
	{evidence: rowFollowed, change: lostChange, read: unknown, doer: following,
		http1: whole(func(p *peer) {
			p.send(rawResponse(http.StatusFound, "", "Location: /elsewhere"))
			healthy(p)
		})},
	{evidence: rowFollowed, name: "with its body", change: lostChange, read: unknown, doer: following,
		http1: whole(func(p *peer) {
			p.send(rawResponse(http.StatusTemporaryRedirect, "", "Location: /elsewhere"))
			healthy(p)
		})},
	{evidence: rowNoResponse, name: "redirects that the Doer follows without end", change: lostChange, read: lostRead,
		doer: following, http1: func(p *peer) {
			for p.request() != nil {
				p.send(rawResponse(http.StatusTemporaryRedirect, "", "Location: /elsewhere"))
			}
		}},
	{evidence: rowAgain, name: "500, then no connection", change: lostChange, read: lostRead, doer: twice,
		http1: whole(response{500, "{}", false}.http1), http2: closing(response{500, "{}", false}), prepare: refuseFrom(1)},
	{evidence: rowAgain, name: "no response, then no connection", change: lostChange, read: lostRead, doer: twice,
		http1: whole(func(*peer) {}), http2: func(*h2peer) bool { return false }, prepare: refuseFrom(1)},
	{evidence: rowAgain, name: "by net/http", change: lostChange, read: lostRead, prepare: refuseFrom(1),
		http2: func(p *h2peer) bool { p.goAway(0, http2.ErrCodeNo); p.untilClosed(); return false }},
},
	responding(rowStatus, lostChange, unknown, "", 303, 304, 600, 999),
	responding(rowRedirect, unknown, unknown, "", 300, 301, 302, 305, 307, 308, 399),
	responding(rowRedirect, unknown, unknown, clienttest.GraphError(4), 300, 399),
	responding("401, cut", "ErrUnauthorized", "ErrUnauthorized", "cut", 401),
	responding("403, cut", "ErrForbidden", "ErrForbidden", "cut", 403),
	responding("429, cut", limited, limited, "cut", 429),
	responding(rowCut, lostChange, lostRead, "cut", 200, 206, 400, 404, 408, 409, 422, 500, 502, 503, 599),
	responding(rowBroken, lostChange, notUnderstood, "<html>", 200, 206, 299),
	responding(rowBroken, lostChange, notUnderstood, `{"success":7,"id":{}}`, 200),
	responding(rowContradiction, lostChange, limited, both, 200, 400, 429),
	responding(rowContradiction, lostChange, "", `{"success":true}`, 302, 399, 400, 401, 403, 404, 429),
	responding(rowCode, "ErrNotFound", "ErrNotFound", clienttest.GraphError(131041), 200, 400, 404, 500),
	responding(rowCode, limited, limited, clienttest.GraphError(4), 200, 400, 403, 500),
	responding(rowCode, lostRead, lostRead, clienttest.GraphError(2), 200, 400, 500),
	responding(rowCode, "ErrPartial", "ErrPartial", clienttest.GraphError(131201), 206),
	responding(rowCode, "ErrUnauthorized", "ErrUnauthorized",
		`{"error_code":190,"error_msg":"Session has expired"}`, 200),
	responding(rowOther4xx, invalid, invalid, "{}", 400, 409, 422),
	responding(rowOther4xx, "ErrUnauthorized", "ErrUnauthorized", "{}", 401),
	responding(rowOther4xx, limited, limited, "<html>", 429),
	responding(rowOther4xx, unknown, unknown, "<html>", 404, 407, 410),
	responding(rowOther5xx, lostRead, lostRead, "", 500, 502, 503, 599),
	sentTwice(response{500, "{}", false}, response{429, clienttest.GraphError(4), false}, limited),
	sentTwice(response{500, "{}", false}, response{400, clienttest.GraphError(100), false}, invalid),
	sentTwice(response{500, "{}", false}, response{302, "", false}, unknown),
	sentTwice(response{200, accepted, false}, response{401, "{}", false}, "ErrUnauthorized"),
)

const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"

// responding makes an ending of each status, with one body; "cut" stands for one that breaks off.
func responding(evidence, change, read, body string, statuses ...int) (list []ending) {
	r := response{body: body}
	if body == "cut" {
		r = response{body: clienttest.GraphError(100), cut: true}
	}
	for _, r.status = range statuses {
		list = append(list, ending{
			evidence: evidence, name: strconv.Itoa(r.status) + " " + body, change: change, read: read, response: r,
		})
	}
	return list
}

// sentTwice is a Doer that sends again whatever comes of the first time.
func sentTwice(first, second response, read string) []ending {
	n := strconv.Itoa(first.status) + ", then " + strconv.Itoa(second.status)
	var asked atomic.Int64
	next := func() response { return []response{first, second}[asked.Add(1)-1] }
	return []ending{{
		evidence: rowAgain, name: n, change: lostChange, read: read, doer: twice,
		prepare: func(*faultServer) { asked.Store(0) },
		http1: func(p *peer) {
			for p.request() != nil {
				next().http1(p)
			}
		},
		http2: func(p *h2peer) bool { return next().http2(p) },
	}}
}

// refuseFrom refuses every connection after the first n.
func refuseFrom(n int64) func(s *faultServer) {
	return func(s *faultServer) {
		var dials atomic.Int64
		dial := s.transport.DialContext
		s.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials.Add(1) > n {
				return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
			}
			return dial(ctx, network, address)
		}
	}
}

// closing responds and closes the connection.
func closing(r response) func(p *h2peer) bool {
	return func(p *h2peer) bool {
		p.goAway(p.last, http2.ErrCodeNo)
		r.http2(p)
		return false
	}
}
