package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/client/webhook"
)

// report is an event about a request; a number tells several about one request apart.
func report(id string, n int) *webhook.Event {
	return &webhook.Event{Type: webhook.TypeGroupDelete, RequestID: id, GroupID: group, Time: time.Unix(int64(n), 0)}
}

func receive(tb testing.TB, o *webhook.Outcomes, events ...*webhook.Event) {
	tb.Helper()
	for _, e := range events {
		if err := o.Receive(tb.Context(), e); err != nil {
			tb.Fatal(err)
		}
	}
}

// got waits for the event about a request and returns the number that it was made with, or -1 when none came in a
// minute.
func got(tb testing.TB, o *webhook.Outcomes, id string) int {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	return numberOf(tb)(o.Wait(ctx, &client.Receipt{RequestID: id}))
}

func numberOf(tb testing.TB) func(e *webhook.Event, err error) int {
	return func(e *webhook.Event, err error) int {
		tb.Helper()
		if e == nil {
			clienttest.WantClass(tb, err, client.ErrAmbiguous)
			if !errors.Is(err, context.DeadlineExceeded) {
				tb.Errorf("error %v does not match the context's", err)
			}
			return -1
		}
		clienttest.WantClass(tb, err, nil)
		return int(e.Time.Unix())
	}
}

func TestWait(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    *webhook.Outcomes
		run  func(o *webhook.Outcomes)
		want int
	}{
		{"before", nil, func(o *webhook.Outcomes) { receive(t, o, report("r", 1)) }, 1},
		{"during", nil, func(o *webhook.Outcomes) {
			go func() {
				time.Sleep(30 * time.Second) //nolint:forbidigo // virtual time
				receive(t, o, report("r", 1))
			}()
		}, 1},
		{"never", nil, func(o *webhook.Outcomes) { receive(t, o, report("other", 1)) }, -1},
		{"the first of several", nil, func(o *webhook.Outcomes) { receive(t, o, report("r", 1), report("r", 2)) }, 1},
		{"a duplicate does not make it younger", nil, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1))
			advance(10 * time.Minute)
			receive(t, o, report("r", 1))
			advance(10 * time.Minute)
		}, -1},
		{"kept for 15 minutes", nil, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1))
			advance(15 * time.Minute)
		}, 1},
		{"and no longer", nil, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1))
			advance(15*time.Minute + 1)
		}, -1},
		{"another age", &webhook.Outcomes{MaxAge: time.Second}, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1))
			advance(time.Second + 1)
			receive(t, o, report("r", 2))
		}, 2},
		{"the last of 10,000", nil, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1))
			for n := range 9_999 {
				receive(t, o, report("other", n))
			}
		}, 1},
		{"the last of 10,001", nil, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1))
			for n := range 10_000 {
				receive(t, o, report("other", n))
			}
		}, -1},
		{"another number", &webhook.Outcomes{MaxEvents: 1}, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1), report("other", 1), report("other", 1))
		}, -1},
		{"the second is left", &webhook.Outcomes{MaxEvents: 2}, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1), report("r", 2), report("other", 1))
		}, 2},
		{"an event that is not kept", &webhook.Outcomes{MaxEvents: 1}, func(o *webhook.Outcomes) {
			receive(t, o, report("r", 1), &webhook.Event{Field: "messages"})
		}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := tt.o
				if o == nil {
					o = &webhook.Outcomes{}
				}
				tt.run(o)
				clienttest.Equal(t, "event", got(t, o, "r"), tt.want)
			})
		})
	}
}

// advance lets time pass, in a bubble.
func advance(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// The receipt of a deletion has no request ID.
func TestWaitFunc(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o webhook.Outcomes
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		looked := map[int64]int{}
		second := func(e *webhook.Event) bool {
			looked[e.Time.Unix()]++
			return e.Type == webhook.TypeGroupDelete && e.Time.Unix() == 3
		}
		receive(t, &o, report("", 1), report("r", 2))
		go func() {
			advance(time.Second)
			receive(t, &o, report("", 1), report("", 3), report("", 4))
		}()
		clienttest.Equal(t, "event", numberOf(t)(o.WaitFunc(ctx, second)), 3)
		for n, times := range looked {
			clienttest.Equal(t, fmt.Sprintf("looks at event %d", n), times, 1)
		}
		clienttest.Equal(t, "event", numberOf(t)(o.WaitFunc(ctx, func(*webhook.Event) bool { return false })), -1)
	})
}

// A receiver does not wait for a function that matches, which may call Outcomes itself.
func TestWaitFuncHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := webhook.Outcomes{MaxEvents: 3}
		receive(t, &o, report("", 1))
		release := make(chan struct{})
		seen := make(chan int, 1)
		go func() {
			n := 0
			_, _ = o.WaitFunc(t.Context(), func(e *webhook.Event) bool {
				if n++; n == 1 {
					_ = o.Receive(t.Context(), report("mine", 2))
					<-release
				}
				return e.Time.Unix() == 9
			})
			seen <- n
		}()
		synctest.Wait()
		for n := 3; n <= 9; n++ {
			receive(t, &o, report("", n))
		}
		close(release)
		clienttest.Equal(t, "events looked at", <-seen, 1+3)
	})
}

func TestWaitReturnsTheOutcome(t *testing.T) {
	var o webhook.Outcomes
	receive(t, &o, one(t, deletion(`,`+failures("131208"))))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	e, err := o.Wait(ended, &client.Receipt{RequestID: request}) // what is there needs no wait
	clienttest.WantClass(t, err, client.ErrRateLimited)
	if e == nil || e.GroupID != group {
		t.Errorf("event %v", e)
	}
	for _, r := range []*client.Receipt{nil, {}, {Repeated: true}} {
		if e, err := o.Wait(t.Context(), r); e != nil || !errors.Is(err, webhook.ErrNoRequestID) {
			t.Errorf("receipt %v: event %v, error %v", r, e, err)
		}
	}
	_, err = o.Wait(ended, &client.Receipt{RequestID: "r"})
	clienttest.WantClass(t, err, client.ErrAmbiguous)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if o.Receive(t.Context(), nil) == nil {
		t.Error("no event was received")
	}
}

func TestOutcomesFromManyGoroutines(t *testing.T) {
	var o webhook.Outcomes
	var all sync.WaitGroup
	const requests, each = 50, 4
	for i := range requests {
		id := fmt.Sprint("r", i)
		for range each {
			all.Go(func() {
				if e, err := o.Wait(t.Context(), &client.Receipt{RequestID: id}); err != nil || e.RequestID != id {
					t.Errorf("event %v, error %v", e, err)
				}
				mine := func(e *webhook.Event) bool { return e.RequestID == id }
				if e, err := o.WaitFunc(t.Context(), mine); err != nil || e == nil {
					t.Errorf("event %v, error %v", e, err)
				}
			})
			all.Go(func() { receive(t, &o, report(id, i), report(id, i)) })
		}
	}
	all.Wait()
}
