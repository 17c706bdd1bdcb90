package fakegraph

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// retryDelays are WhatsApp's retries of a delivery, shortened from days to a minute.
var retryDelays = []time.Duration{
	0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second,
}

const deliveryTimeout = 10 * time.Second

// Delivery is one request to the receiver of webhooks.
type Delivery struct {
	// Number is the number of the request, starting at 1, in the order in which they ended.
	Number int
	// Method is POST, or GET for the verification of the receiver.
	Method string
	// RequestIDs are the request IDs of the changes that the body reports.
	RequestIDs []string
	// Body is the body of the request, empty for a GET.
	Body []byte
	// Signature is the X-Hub-Signature-256 header.
	Signature string
	// Attempt is the number of times that this body was sent, starting at 1.
	Attempt int
	// Sent is when the request was sent.
	Sent time.Time
	// Status is the HTTP status of the response, or 0 without a response.
	Status int
	// Problem says why there was no response, or why the receiver is not verified. If the status is not 200, it is the
	// beginning of the response's body, at most 500 bytes. Otherwise it is empty.
	Problem string

	era int // see Server.era
}

// Deliveries returns the finished requests to the receiver of webhooks, in the order in which they ended. The server
// keeps the latest 10,000, and at most 16 MiB.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.deliveries.list()
	for i := range list {
		list[i].Body, list[i].RequestIDs = bytes.Clone(list[i].Body), slices.Clone(list[i].RequestIDs)
	}
	return list
}

// report applies a change that waits and delivers what became of it, in the background. It returns when that has begun,
// or after the first delivery if that comes before the response.
func (s *Server) report(c *change) {
	if !c.waits && !s.config.webhook().receives() {
		return
	}
	first := make(chan struct{})
	done := sync.OnceFunc(func() { close(first) })
	if !s.network.run(func() {
		defer done()
		ctx, release := s.untilClosed(context.Background())
		defer release()
		s.follow(ctx, c, done)
	}) {
		return
	}
	if c.fault.Before {
		<-first
	}
}

func (s *Server) follow(ctx context.Context, c *change, first func()) {
	hook := s.config.webhook()
	if c.waits {
		if !sleep(ctx, hook.Delay) {
			return
		}
		if !s.applyInOrder(c) {
			return
		}
	}
	if !hook.receives() || c.fault.Never || !sleep(ctx, c.fault.Late) {
		return
	}
	events := s.batch(c)
	if len(events) == 0 {
		return
	}
	body, err := s.compose(events)
	if err != nil {
		s.setErr(err)
		return
	}
	secret := hook.AppSecret
	if c.fault.WrongSignature {
		secret = "the secret of another app"
	}
	d := Delivery{Method: http.MethodPost, Body: body, Signature: sign(body, secret), era: c.era}
	for _, e := range events {
		d.RequestIDs = append(d.RequestIDs, e.requestID)
	}
	delivered := s.deliver(ctx, &d)
	first()
	for _, delay := range retryDelays {
		if delivered || c.fault.WrongSignature || !sleep(ctx, delay) {
			break
		}
		delivered = s.deliver(ctx, &d)
	}
	if delivered && c.fault.Twice {
		s.deliver(ctx, &d)
	}
}

// batch returns the events to deliver: with that of a change those that were held back before it, and none when it is
// itself held back.
func (s *Server) batch(c *change) []*event {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.era != s.era {
		return nil
	}
	s.held = append(s.held, c.event)
	if c.fault.Batched {
		return nil
	}
	events := s.held
	s.held = nil
	return events
}

// deliver makes one attempt, after the verification of the receiver where that is still to come. What a reset has
// forgotten needs none.
func (s *Server) deliver(ctx context.Context, d *Delivery) bool {
	if s.isPast(d.era) {
		return true
	}
	d.Attempt++
	if !s.verify(ctx, *d) {
		return false
	}
	header := http.Header{
		"Content-Type": {mediaJSON}, "User-Agent": {"facebookexternalua"}, "X-Hub-Signature-256": {d.Signature},
	}
	one := *d
	s.send(ctx, &one, nil, header)
	s.keep(one)
	return one.Status == http.StatusOK
}

func (s *Server) verify(ctx context.Context, delivery Delivery) bool {
	token := s.config.webhook().VerifyToken
	s.mu.Lock()
	verified := s.verified || token == ""
	challenge := strconv.Itoa(1_158_201_444 + s.deliveries.arrived)
	s.mu.Unlock()
	if verified {
		return true
	}
	d := Delivery{Method: http.MethodGet, Attempt: delivery.Attempt, era: delivery.era}
	body := s.send(ctx, &d, url.Values{
		"hub.mode": {"subscribe"}, "hub.verify_token": {token}, "hub.challenge": {challenge},
	}, http.Header{"User-Agent": {"facebookplatform/1.0 (+http://developers.facebook.com)"}})
	verified = d.Status == http.StatusOK && body == challenge
	if d.Status == http.StatusOK && !verified {
		d.Problem = "the body of the response is not the challenge"
	}
	s.keep(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verified = s.verified || verified
	return verified
}

// send makes a request to the receiver and returns the beginning of its response's body.
func (s *Server) send(ctx context.Context, d *Delivery, query url.Values, header http.Header) string {
	ctx, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	d.Sent = s.config.now()
	target := s.config.webhook().URL
	if target == "" {
		target = "http://localhost/"
	}
	req, err := http.NewRequestWithContext(ctx, d.Method, target, bytes.NewReader(d.Body))
	if err != nil {
		d.Problem = "the URL is not well-formed"
		return ""
	}
	req.Header = header
	if query != nil {
		req.URL.RawQuery = strings.TrimPrefix(req.URL.RawQuery+"&"+query.Encode(), "&")
	}
	resp, err := s.receiver.Do(req)
	if err != nil {
		// Not the whole error: it has the URL, and that the verify token.
		if whole, ok := errors.AsType[*url.Error](err); ok {
			err = whole.Err
		}
		d.Problem = s.problem(err.Error())
		return ""
	}
	defer resp.Body.Close()
	d.Status = resp.StatusCode
	const most = 4 << 10
	body, _ := io.ReadAll(io.LimitReader(resp.Body, most))
	if d.Status != http.StatusOK {
		d.Problem = s.problem(string(body))
	}
	return string(body)
}

// problem is the beginning of what a receiver, or the network, said.
func (s *Server) problem(text string) string {
	const most = 500
	text = strings.TrimSpace(s.config.redactor().Replace(text))
	return strings.ToValidUTF8(text[:min(len(text), most)], "?")
}

func (s *Server) keep(d Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.era != s.era {
		return
	}
	entry := &d
	entry.Number = s.deliveries.add(entry, len(d.Body))
	s.touch(pieceDeliveries)
}

// sleep returns false when the context ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
