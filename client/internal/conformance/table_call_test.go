package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// observed is what one call came to, seen from both ends.
type observed struct {
	operation string
	err       error
	group     *client.Group
	receipt   *client.Receipt
	info      *client.CallInfo
	attempts  []client.Attempt
	records   []logRecord
	took      time.Duration
	requests  int  // that reached the server during the call
	executed  bool // the change is there; after a read: something has changed
}

type logRecord struct {
	Message string `json:"msg"`
}

func (r *runner) call(op string) *observed {
	o := r.cell.Options
	ctx, info := client.WithCallInfo(context.Background())
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.Deadline != nil {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(*o.Deadline))
		defer cancel()
	}
	if o.CancelAfter != nil && *o.CancelAfter == 0 {
		cancel()
	} else if o.CancelAfter != nil {
		defer time.AfterFunc(time.Duration(*o.CancelAfter), cancel).Stop()
	}
	r.log.Reset()
	r.attempts = nil
	requests, state := len(r.fake.Requests()), r.state()
	start := time.Now()

	got := &observed{operation: op, info: info}
	switch op {
	case "GetGroup":
		got.group, got.err = r.client.GetGroup(ctx, clienttest.GroupID)
	case "UpdateGroup":
		got.receipt, got.err = r.client.UpdateGroup(ctx, clienttest.GroupID, client.GroupUpdate{Subject: new(newSubject)})
	case "SetGroupPhoto":
		got.receipt, got.err = r.client.SetGroupPhoto(ctx, clienttest.GroupID, bytes.NewReader(clienttest.RealPhoto()))
	case "DeleteGroup":
		got.receipt, got.err = r.client.DeleteGroup(ctx, clienttest.GroupID)
	}

	got.took = time.Since(start)
	got.requests = len(r.fake.Requests()) - requests
	got.attempts = r.attempts
	got.executed = r.state().hasDone(op, state)
	for line := range strings.Lines(r.log.String()) {
		var record logRecord
		_ = json.Unmarshal([]byte(line), &record)
		got.records = append(got.records, record)
	}
	r.printed = append(r.printed, got.err, *info, r.log.String())
	if got.receipt != nil {
		r.printed = append(r.printed, got.receipt)
	}
	for _, a := range r.attempts {
		r.printed = append(r.printed, a, a.Err)
	}
	return got
}

// groupState is what operations can change.
type groupState struct {
	exists, hasPhoto bool
	subject          string
}

func (r *runner) state() groupState {
	group, exists := r.fake.Group(clienttest.GroupID)
	_, hasPhoto := r.fake.Photo(clienttest.GroupID)
	return groupState{exists, hasPhoto, group.Subject}
}

// hasDone reports whether the state is as op makes it, and for a read whether it is another one.
func (s groupState) hasDone(op string, before groupState) bool {
	switch op {
	case "UpdateGroup":
		return s.subject == newSubject
	case "SetGroupPhoto":
		return s.hasPhoto
	case "DeleteGroup":
		return !s.exists
	}
	return s != before
}
