package conformance

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// want is what a call comes to.
type want struct {
	class    error // nil for success
	attempts int
	requests int   // how many came whole to the server; anything for -1
	context  error // what else the error matches: nil, context.Canceled or context.DeadlineExceeded
}

// wants has a want for each kind of operation. Both kinds of update behave alike.
type wants struct{ read, update, remove want }

func (w wants) of(op clienttest.Operation) want {
	switch op.Method {
	case http.MethodGet:
		return w.read
	case http.MethodPost:
		return w.update
	}
	return w.remove
}

// all wants the same of every operation.
func all(w want) wants { return wants{w, w, w} }

// lost is what a response that never comes, or comes broken, means whenever it is asked for.
var lost = wants{
	read:   want{class: client.ErrUnavailable, attempts: 3, requests: 3},
	update: want{class: client.ErrAmbiguous, attempts: 1, requests: 1},
	remove: want{class: client.ErrAmbiguous, attempts: 3, requests: 3},
}

// lostOnce is the same when the server is healthy afterwards.
var lostOnce = wants{
	read:   want{attempts: 2, requests: 2},
	update: want{class: client.ErrAmbiguous, attempts: 1, requests: 1},
	remove: want{attempts: 2, requests: 2},
}

// neverSent is what three attempts mean of which none reaches the server.
var neverSent = all(want{class: client.ErrNotSent, attempts: 3})

// try calls an operation and holds the outcome to w.
func (s *faultServer) try(ctx context.Context, t *testing.T, c *client.Client, op clienttest.Operation, w want) error {
	t.Helper()
	before := s.requests.Load()
	ctx, info := client.WithCallInfo(ctx)
	err := op.Call(ctx, c, clienttest.GroupID)
	check(t, err, info.Attempts, w)
	if w.requests >= 0 {
		clienttest.Equal(t, "requests at the server", int(s.requests.Load()-before), w.requests)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, proof := range s.proofs {
		clienttest.ScanError(t, err, proof)
	}
	return err
}

// check holds an error to its class, its cause, its count of attempts, and looks for secrets in it.
func check(t *testing.T, err error, attempts int, w want) {
	t.Helper()
	clienttest.ScanError(t, err)
	clienttest.WantClass(t, err, w.class)
	clienttest.Equal(t, "attempts", attempts, w.attempts)
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		if got, wanted := errors.Is(err, ended), w.context == ended; got != wanted { //nolint:errorlint // one of two
			t.Errorf("error %v matches %v: %t, want %t", err, ended, got, wanted)
		}
	}
	if _, leaks := errors.AsType[*url.Error](err); leaks {
		t.Errorf("error %v holds a *url.Error, which prints the query", err)
	}
	if failure, ok := errors.AsType[*client.Error](err); ok {
		clienttest.Equal(t, "attempts of the error", failure.Attempts, w.attempts)
	}
}
