package fakegraph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control"
	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

// What the control API takes at most; a test in Go may put more.
const (
	mostGroups     = 10_000
	mostPhotoBytes = 40 << 20 // so that PUT state takes what GET state gives
	mostFaultBytes = 16 << 20
	mostReports    = 10_000
)

// withControl serves the control API beside Graph.
func (s *Server) withControl(graph http.Handler) (http.Handler, error) {
	handler, err := control.NewHandler(controlled{s})
	if err != nil {
		return nil, fmt.Errorf("fakegraph: the control API: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == control.Path || strings.HasPrefix(r.URL.Path, control.Path+"/") {
			handler.ServeHTTP(w, r)
			return
		}
		graph.ServeHTTP(w, r)
	}), nil
}

// controlled is a server as the control API sees it, apart from Server to keep these methods out of the public API.
type controlled struct{ server *Server }

var _ control.Fake = controlled{}

func (c controlled) Health() wire.Health {
	return wire.Health{
		Status: wire.Ok, APIVersion: c.server.contract.documented, Webhook: c.server.config.webhook().receives(),
	}
}

func (c controlled) Faults() []wire.QueuedFault {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	return wireFaults(c.server.faults)
}

func wireFaults(queue []queuedFault) []wire.QueuedFault {
	list := make([]wire.QueuedFault, len(queue))
	for i, q := range queue {
		list[i].ID = q.id
		mustConvert(&list[i].Fault, q.Fault)
	}
	return list
}

func (c controlled) AddFaults(list []wire.Fault) (queued []wire.QueuedFault, broken int, err error) {
	s := c.server
	faults, bytes := make([]Fault, len(list)), 0
	for i, w := range list {
		err := convert(&faults[i], w)
		if err == nil {
			err = cmp.Or(s.contract.checkFault(faults[i]), s.checkWebhookFault(faults[i]))
		}
		if err != nil {
			return nil, i, errors.New(inSnakeCase(err.Error()))
		}
		bytes += faults[i].size()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.faults {
		bytes += q.size()
	}
	if len(s.faults)+len(faults) > control.MostFaults || bytes > mostFaultBytes {
		return nil, -1, fmt.Errorf("body: at most %d faults of %d bytes can wait", control.MostFaults, mostFaultBytes)
	}
	before := len(s.faults)
	s.queue(faults)
	return wireFaults(s.faults[before:]), 0, nil
}

func (c controlled) CancelFault(id int) bool {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.faults)
	s.faults = slices.DeleteFunc(s.faults, func(q queuedFault) bool { return q.id == id })
	s.touch(pieceFaults)
	return len(s.faults) < before
}

// seen is a copy of a request that was recorded. Its maps and bodies are never changed any more.
type seen struct {
	Request

	details
}

func (c controlled) Requests(limit int) []wire.Request {
	s := c.server
	s.mu.Lock()
	entries := latest(s.requests.entries, limit)
	copies := make([]seen, len(entries))
	for i, entry := range entries {
		copies[i] = seen{entry.Request, *entry.details}
	}
	s.mu.Unlock() // what follows takes longer
	list := make([]wire.Request, len(copies))
	for i, r := range copies {
		list[i] = wireRequest(r)
	}
	return list
}

func (c controlled) Request(number int) (wire.Request, bool) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.requests.entries, func(r *recorded) bool { return r.Number == number })
	if i < 0 {
		return wire.Request{}, false
	}
	entry := s.requests.entries[i]
	d := *entry.details
	r := wireRequest(seen{entry.Request, d})
	r.Body, r.Photo, r.Response, r.ResponseHeader = d.body, d.photo, d.response, wire.Header(d.responseHeader)
	if d.fault.id != 0 {
		mustConvert(&r.Fault, d.fault.Fault)
	}
	return r, true
}

// wireRequest makes a request without bodies.
func wireRequest(r seen) wire.Request {
	w := wire.Request{
		Number: r.Number, Op: r.Op, Method: r.Method, Path: r.Path,
		Query: wire.Header(r.Query), Header: wire.Header(r.Header), ContentType: r.ContentType,
		BodyBytes: r.BodyBytes, Status: r.Status, Time: r.arrived,
		GroupID: r.groupID, FaultID: r.fault.id, Refusal: r.refusal,
	}
	if r.duration > 0 {
		w.DurationMS = max(0.001, float64(r.duration.Microseconds())/1000)
	}
	return w
}

func (c controlled) Deliveries(limit int) []wire.Delivery {
	s := c.server
	s.mu.Lock()
	entries := latest(s.deliveries.entries, limit) // they are never changed any more
	s.mu.Unlock()
	list := make([]wire.Delivery, len(entries))
	for i, d := range entries {
		list[i] = wire.Delivery{
			Number: d.Number, Method: d.Method, RequestIDs: d.RequestIDs, Body: string(d.Body), Signature: d.Signature,
			Attempt: d.Attempt, Sent: d.Sent, Status: d.Status, Problem: d.Problem,
		}
	}
	return list
}

// latest copies the end of a list, all of it for 0.
func latest[T any](list []T, limit int) []T {
	if limit > 0 {
		list = list[max(0, len(list)-limit):]
	}
	return slices.Clone(list)
}

func (c controlled) Reset() {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	s.era++
	_ = s.setGroups(s.config.groups)
	s.faults, s.pending, s.held = nil, nil, nil
	s.requests, s.deliveries = kept[recorded]{}, kept[Delivery]{}
	s.updates, s.deletions, s.lastFault = 0, 0, 0
	for p := range pieces {
		s.touch(p)
	}
}

func (c controlled) Revisions() wire.Revisions {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	r := c.server.revisions
	return wire.Revisions{
		Groups: r[pieceGroups], Faults: r[pieceFaults], Requests: r[pieceRequests], Deliveries: r[pieceDeliveries],
	}
}

func (c controlled) Watch() (<-chan struct{}, func()) { return c.server.watch() }

func (c controlled) UntilClosed(ctx context.Context) (context.Context, func()) {
	return c.server.untilClosed(ctx)
}
