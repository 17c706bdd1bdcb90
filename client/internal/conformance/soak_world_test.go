package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A state is all of a group that the operations can change.
type state struct {
	exists               bool
	subject, description string
	photo                string
}

// A world is a fake with groups and faults of its own, which a single goroutine looks after: so it knows what every
// group has to be.
type world struct {
	*soak
	number  int
	rng     *rand.Rand // of the call under way
	fake    *fakegraph.Server
	groups  []string
	calls   int
	doer    soakDoer
	shaken  bool   // connections fail, or have failed
	updates bounds // carried out by the fake, as far as it is known
}

// Bounds are what is known of a number.
type bounds struct{ least, most int }

const requestIDPrefix = "FA4E" // of the fake; a hexadecimal count of the updates follows

func (w *world) state(id string) (s state) {
	g, exists := w.fake.Group(id)
	photo, _ := w.fake.Photo(id)
	return state{exists, g.Subject, g.Description, string(photo)}
}

// A soakCall is one call, what it was to make of the group, and what it came to.
type soakCall struct {
	op       string
	after    state // if it is carried out
	group    *client.Group
	receipt  *client.Receipt
	attempts int
	err      error
}

// step makes one call and judges it. What it calls and what goes wrong depends on the seed and on its number only.
func (w *world) step(t *testing.T, c *client.Client, repeats bool) {
	w.calls++
	w.rng = rand.New(rand.NewPCG(w.seed, uint64(w.number)<<32|uint64(w.calls)))
	faults := rand.New(rand.NewPCG(w.rng.Uint64(), 0))
	id := w.groups[w.rng.IntN(len(w.groups))]
	if yes(w.rng) && !w.state(id).exists {
		if err := w.fake.PutGroup(fakegraph.Group{ID: id, Subject: fmt.Sprintf("new %d", w.calls)}); err != nil {
			t.Error(err)
		}
	}
	before := w.state(id)
	if faults.IntN(100) < 30 && w.fake.PendingFaults() < 3 {
		for range 1 + faults.IntN(2) {
			w.fake.FailNext(soakFault(faults))
		}
	}
	faulty := w.shaken || w.fake.PendingFaults() > 0
	ctx, info := client.WithCallInfo(t.Context())
	if w.rng.IntN(32) == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(w.rng.IntN(10_000))*time.Millisecond)
		defer cancel()
	}
	k := w.call(ctx, c, id, before)
	k.attempts = info.Attempts
	<-time.After(time.Millisecond) // until the server has carried out what it has
	after := w.state(id)
	for _, problem := range w.judge(k, before, after, faulty, repeats) {
		w.report(fmt.Sprintf("world %d, call %d, %s, %d attempts: %s: error %v\nbefore %+v\nafter  %+v\nmeant  %+v",
			w.number, w.calls, k.op, k.attempts, problem, k.err, short(before), short(after), short(k.after)))
	}
	if w.calls%16 == 0 { // it takes its time
		clienttest.ScanError(t, k.err, id)
	}
	w.count(k)
	w.rest(k)
}

// call picks an operation and calls it.
func (w *world) call(ctx context.Context, c *client.Client, id string, before state) soakCall {
	k := soakCall{after: before}
	switch n := w.rng.IntN(100); {
	case n < 30:
		k.op = "GetGroup"
		k.group, k.err = c.GetGroup(ctx, id)
	case n < 65:
		k.op = "UpdateGroup"
		u := client.GroupUpdate{Subject: new(fmt.Sprintf("subject %d", w.calls))}
		if yes(w.rng) {
			u.Description = new(oneOf(w.rng, "", fmt.Sprintf("description %d", w.calls)))
		}
		if before.exists {
			k.after.subject = *u.Subject
			if u.Description != nil {
				k.after.description = *u.Description
			}
		}
		k.receipt, k.err = c.UpdateGroup(ctx, id, u)
	case n < 85:
		k.op = "SetGroupPhoto"
		photo := fmt.Appendf(bytes.Clone(clienttest.RealPhoto()), "photo %d", w.calls)
		if before.exists {
			k.after.photo = string(photo)
		}
		k.receipt, k.err = c.SetGroupPhoto(ctx, id, bytes.NewReader(photo))
	default:
		k.op = "DeleteGroup"
		k.after = state{}
		k.receipt, k.err = c.DeleteGroup(ctx, id)
	}
	return k
}

// judge holds what the client has reported against what the fake has done.
func (w *world) judge(k soakCall, before, after state, faulty, repeats bool) (problems []string) {
	problem := func(text string) { problems = append(problems, text) }
	change := k.op != "GetGroup"
	class := clienttest.ClassesOf(k.err)
	if k.op == "UpdateGroup" || k.op == "SetGroupPhoto" {
		w.judgeCount(k, before != after, repeats, problem)
	}
	switch class {
	case "":
		if k.err != nil {
			problem("an error without a class")
			break
		}
		if after != k.after {
			problem("success was reported, and the group is not what it should be")
		}
		// An empty response is a yes, and the fault that gives one does not know the group.
		if !after.exists && k.op != "DeleteGroup" && (!change || k.receipt.RequestID != "") {
			problem("success was reported for a group that does not exist")
		}
		if !change && (k.group.Subject != before.subject || k.group.Description != before.description) {
			problem("a group was read that there is not")
		}
		if change && k.receipt.Repeated && (k.attempts*w.doer.sends < 2 && !w.shaken || k.op != "DeleteGroup") {
			problem("repeated, without a further attempt of a deletion")
		}
	case "ErrNotFound":
		if before.exists {
			problem("the group was there")
		}
		fallthrough
	case "ErrUnauthorized", "ErrForbidden", "ErrInvalidRequest", "ErrRateLimited", "ErrNotSent", "ErrUnknown":
		if after != before {
			problem("a refusal was reported, and the group has changed")
		}
	case "ErrAmbiguous", "ErrUnavailable", "ErrPartial":
		if after != before && after != k.after {
			problem("the group is neither what it was nor what it should be")
		}
		if class == "ErrAmbiguous" && !change {
			problem("a read cannot be ambiguous")
		}
	case "ErrMalformedResponse":
		if change {
			problem("a change cannot be malformed")
		}
	default:
		problem("not one class")
	}
	if !change && after != before {
		problem("a read has changed the group")
	}
	known := class == "" || class == "ErrNotFound" || class == "ErrRateLimited" && k.attempts == 0 ||
		errors.Is(k.err, context.DeadlineExceeded) && k.attempts == 0
	if !faulty && !known {
		problem("a failure without a fault")
	}
	return problems
}

// judgeCount holds the number of updates that the fake has carried out to the calls that asked for them. Every receipt
// gives it away; in between, a change of the group stands for one.
func (w *world) judgeCount(k soakCall, changed, repeats bool, problem func(string)) {
	extra := 0 // how often an update may have been carried out in addition
	if repeats || w.doer.sends > 1 {
		extra = max(0, k.attempts*w.doer.sends-1)
	}
	if changed {
		w.updates.least++
		w.updates.most += 1 + extra
	}
	if k.err != nil || k.receipt.RequestID == "" {
		return
	}
	count, err := strconv.ParseInt(strings.TrimPrefix(k.receipt.RequestID, requestIDPrefix), 16, 64)
	n := int(count)
	if err != nil || n < w.updates.least || n > w.updates.most {
		problem(fmt.Sprintf("request ID %q, of %d to %d updates", k.receipt.RequestID, w.updates.least, w.updates.most))
	}
	w.updates = bounds{n, n + extra} // a Doer that sends twice at once may return the first ID
}

// short leaves only the end of the photo, which tells it from others.
func short(s state) state {
	s.photo = s.photo[max(0, len(s.photo)-12):]
	return s
}

// rest waits as long as the server asked for, most of the time.
func (w *world) rest(k soakCall) {
	failure, ok := errors.AsType[*client.Error](k.err)
	if !ok || failure.RetryAfter == 0 || w.rng.IntN(8) == 0 {
		return
	}
	<-time.After(failure.RetryAfter)
}
