package fakegraph

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/wagroups/wagroups-go/gen"
)

const (
	mediaJSON      = "application/json"
	mediaForm      = "application/x-www-form-urlencoded"
	mediaMultipart = "multipart/form-data"

	maxBody = 1 << 20
	// multipartOverhead is what a multipart body may have in addition to the photo.
	multipartOverhead = 64 << 10

	// maxDrained is how much of a refused body is read and thrown away. A client that is still sending when the
	// connection closes would see that instead of the response.
	maxDrained = 16 << 20
)

// handlers are the operations. They stand apart from Server to keep these methods out of the public API.
type handlers struct{ server *Server }

// A new operation in the contract breaks the build here.
var _ gen.ServerInterface = handlers{}

// exchange is one request with what was found out about it.
type exchange struct {
	route    *route // nil when no operation is meant
	op       string // "" then, else such as GetGroup
	params   map[string]string
	allowed  []string // the methods of a known path, when it was asked with another one
	query    url.Values
	badQuery bool // it has a syntax error
	token    string
	secrets  secrets
	body     []byte
	failure  *graphError // why the body is not there
	fault    Fault
	change   *change // accepted, and not reported yet
	record   *recorded
}

type exchangeKey struct{}

// exchangeOf returns the exchange of a request that has come to an operation.
func exchangeOf(r *http.Request) *exchange { return r.Context().Value(exchangeKey{}).(*exchange) }

func (x *exchange) report(s *Server) {
	if x.change != nil {
		s.report(x.change)
		x.change = nil
	}
}

// quote makes a piece of the request fit for an error: short, and without secrets.
func (x *exchange) quote(text string) string {
	text = x.secrets.scrub(text)
	const most = 200
	if len(text) > most {
		text = text[:most] + "..."
	}
	return strings.ToValidUTF8(text, "?")
}

// errContract makes a Graph error of what the contract has against the request.
func (x *exchange) errContract(err error) *graphError {
	if v, ok := errors.AsType[*violation](err); ok {
		return errInvalid("%s: %s", x.quote(v.name), x.quote(v.rule))
	}
	return errInvalid("%s", x.quote(err.Error()))
}

// ServeHTTP is the whole life of a request.
func (m *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := m.server
	x := m.newExchange(r)

	// All of the body first: only then does net/http notice that the client goes away.
	if x.body, x.failure = m.readBody(r); x.failure != nil {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained)
	}
	s.recordBody(x.record, len(x.body))
	s.keepBody(x, r)
	defer s.keepEnd(x)
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
	// The generated code splits fields at commas before it decodes them, and many clients encode commas.
	target := *r.URL
	target.RawQuery = strings.NewReplacer("%2C", ",", "%2c", ",").Replace(target.RawQuery)
	r.URL = &target
	r.Body = http.NoBody

	fault := s.takeFault(x)
	x.fault = fault
	var rep *reply
	if fault.Executed || fault.DropAfter {
		rep = m.carryOut(x, r)
	}
	if fault.Delay > 0 || fault.Stall || fault.Webhook.Before {
		x.report(s) // it does not wait for a response that is late
	}
	defer x.report(s)
	if !s.hold(r.Context(), fault) || fault.DropBefore || fault.DropAfter {
		panic(http.ErrAbortHandler)
	}
	if fault.answers() {
		rep = m.newReply(x, r)
		fault.write(rep)
	} else if rep == nil {
		rep = m.carryOut(x, r)
	}
	fault.dress(rep)
	s.keepResponse(x, rep)
	s.recordStatus(x.record, rep.status)
	s.respond(w, r, rep, fault)
}

func (m *router) newExchange(r *http.Request) *exchange {
	x := &exchange{token: bearer(r)}
	x.route, x.params, x.allowed = m.find(r)
	var err error
	x.query, err = url.ParseQuery(r.URL.RawQuery)
	x.badQuery = err != nil
	if x.route != nil {
		x.op = opOf(x.route.operation.id, r)
	}
	x.secrets = m.server.secretsOf(r, x.query)
	x.record = m.server.record(r, x.op, x.query, x.secrets)
	return x
}

// readBody reads a body up to the limit of its media type.
func (m *router) readBody(r *http.Request) ([]byte, *graphError) {
	limit := maxBody
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == mediaMultipart {
		limit = m.server.contract.photoLimits.MaxBytes + multipartOverhead
		if r.ContentLength < 0 {
			return nil, errNoLength()
		}
	}
	if r.ContentLength > int64(limit) {
		return nil, errTooLarge(limit)
	}
	if r.ContentLength >= 0 {
		body := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, body); err != nil {
			return nil, errInvalid("body: could not be read")
		}
		return body, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(limit)+1))
	if err != nil {
		return nil, errInvalid("body: could not be read")
	}
	if len(body) > limit {
		return nil, errTooLarge(limit)
	}
	return body, nil
}

// carryOut does what the request asks for and checks the response.
func (m *router) carryOut(x *exchange, r *http.Request) *reply {
	rep := m.newReply(x, r)
	var op *operation
	if x.route != nil {
		op = x.route.operation
	}
	if e := m.refuse(x, r); e != nil {
		e.write(rep)
	} else {
		x.route.handle(rep, r)
	}
	if err := m.server.contract.checkAnswer(op, r, rep); err != nil {
		m.server.setErr(err)
		rep = m.newReply(x, r)
		errBroken(err).write(rep)
	}
	return rep
}

// refuse applies the rules that are the same for every operation.
func (m *router) refuse(x *exchange, r *http.Request) *graphError {
	switch {
	case x.route == nil && x.allowed != nil:
		return errMethod(x.secrets.scrubMethod(r.Method), x.allowed)
	case x.route == nil:
		return errUnknownPath(x.quote(r.URL.Path))
	case x.failure != nil:
		return x.failure
	case x.badQuery:
		return errInvalid("query: not well-formed")
	}
	if e := m.server.authenticate(x.token, x.query); e != nil {
		return e
	}
	if e := unknownField(x); e != nil {
		return e
	}
	route := x.route.operation.lenient
	if m.server.config.strict {
		route = x.route.operation.route
	}
	if err := m.server.contract.checkRequest(route, r, x.params); err != nil {
		return x.errContract(err)
	}
	return nil
}

func (m *router) newReply(x *exchange, r *http.Request) *reply {
	s := m.server
	return &reply{header: s.contract.answerHeader(r, x.record.Number, s.config.now())}
}
