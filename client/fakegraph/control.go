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
	mostPhotoBytes = 256 << 20
	mostFaultBytes = 16 << 20
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

func (c controlled) Requests(limit int) []wire.Request {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := s.requests.entries
	if limit > 0 {
		entries = entries[max(0, len(entries)-limit):]
	}
	list := make([]wire.Request, len(entries))
	for i, entry := range entries {
		list[i] = wireRequest(entry)
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
	r := wireRequest(s.requests.entries[i])
	d := s.requests.entries[i].details
	r.Body, r.Photo, r.Response, r.ResponseHeader = d.body, d.photo, d.response, wire.Header(d.responseHeader)
	if d.fault.id != 0 {
		mustConvert(&r.Fault, d.fault.Fault)
	}
	return r, true
}

// wireRequest makes a request without bodies. Its maps are never changed any more.
func wireRequest(entry *recorded) (r wire.Request) {
	mustConvert(&r, entry.Request)
	d := entry.details
	r.Time, r.DurationMS = d.arrived, float64(d.duration.Microseconds())/1000
	if d.duration > 0 && r.DurationMS == 0 {
		r.DurationMS = 0.001
	}
	r.GroupID, r.FaultID, r.Refusal = d.groupID, d.fault.id, d.refusal
	return r
}

func (c controlled) Deliveries() []wire.Delivery {
	list := c.server.Deliveries()
	deliveries := make([]wire.Delivery, len(list))
	for i, d := range list {
		body := string(d.Body)
		d.Body = nil
		mustConvert(&deliveries[i], d)
		deliveries[i].Body = body
	}
	return deliveries
}

func (c controlled) Reset() {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	s.era++
	_ = s.setGroups(s.config.groups)
	s.faults, s.pending, s.held = nil, nil, nil
	s.requests, s.deliveries = kept[recorded]{}, kept[Delivery]{}
	s.updates, s.deletions = 0, 0
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
