package main

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// bubble is a run in virtual time, with workers workers: a pause of an hour takes no time, and lasts an hour to the
// nanosecond.
type bubble struct {
	*syncer
	fake *fakegraph.Server
	out  string
	told []time.Duration // the pauses that a person was told of

	began  time.Time
	before func() // is called before each request
	mu     sync.Mutex
	sent   []time.Duration // when each request was sent, from the beginning
}

const (
	workers = 4
	// answerTime is how long the server takes, so that all workers are under way when the first answer comes.
	answerTime = 100 * time.Millisecond
)

func newBubble(t *testing.T, groups int) *bubble {
	t.Helper()
	fake, err := fakegraph.New(fakegraph.WithToken(token), fakegraph.WithGroups(neighbours(groups)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fake.Close() })
	b := &bubble{fake: fake, out: filepath.Join(t.TempDir(), "groups.jsonl"), began: time.Now(), before: func() {}}
	p := newPause(func(d time.Duration) { b.told = append(b.told, d) })
	getenv := func(name string) string { return map[string]string{"WHATSAPP_ACCESS_TOKEN": token}[name] }
	c, err := newClient(getenv, p, client.WithHTTPClient(b))
	if err != nil {
		t.Fatal(err)
	}
	b.syncer = &syncer{client: c, pause: p, progress: newProgress(nil, false), concurrency: workers}
	return b
}

// Do keeps the time of a request and sends it to the fake.
func (b *bubble) Do(req *http.Request) (*http.Response, error) {
	b.mu.Lock()
	b.sent = append(b.sent, time.Since(b.began))
	b.before()
	b.mu.Unlock()
	return b.fake.Doer().Do(req)
}

// between counts the requests that were sent after one moment and before another.
func (b *bubble) between(from, to time.Duration) (n int) {
	for _, at := range b.sent {
		if from < at && at < to {
			n++
		}
	}
	return n
}

// start reads what is left of so many groups.
func (b *bubble) start(ctx context.Context, t *testing.T, groups int) error {
	t.Helper()
	var done map[string]bool
	b.journal, done = mustOpen(t, b.out)
	var jobs []job
	for i := range groups {
		jobs = append(jobs, job{idOf(i), i + 1})
	}
	return errors.Join(b.run(ctx, without(jobs, done)), b.journal.close())
}

// While a pause lasts that the server asked for, nobody sends anything; then all go on, the throttled id included.
func TestPauseWithHint(t *testing.T) {
	for _, hint := range []time.Duration{
		10 * time.Second, // which the client would wait out by itself, one call for itself
		time.Minute,
		time.Hour,
	} {
		synctest.Test(t, func(t *testing.T) {
			const groups = 40
			b := newBubble(t, groups)
			throttled := fakegraph.Fault{
				Delay: answerTime, Status: 429, Code: 131208, RetryAfter: strconv.Itoa(int(hint.Seconds())),
			}
			// The third round of requests meets it.
			b.fake.FailNext(fakegraph.Fault{Delay: answerTime, Times: 10}, throttled,
				fakegraph.Fault{Delay: answerTime, Times: groups})
			if err := b.start(t.Context(), t, groups); err != nil {
				t.Fatal(err)
			}
			setup{out: b.out}.wantLines(t, groups)
			begins := 3 * answerTime
			ends := begins + hint
			if n := b.between(begins, ends); n != 0 {
				t.Errorf("%s: %d requests were sent in the pause", hint, n)
			}
			if !slices.Contains(b.sent, ends) || len(b.sent) != groups+1 {
				t.Errorf("%s: requests were sent at %v", hint, b.sent)
			}
			if !slices.Equal(b.told, []time.Duration{hint}) {
				t.Errorf("%s: told of pauses of %v", hint, b.told)
			}
		})
	}
}

// Without a hint the pauses grow, until a request succeeds. Each costs one request for each worker and no more,
// although the client would try again by itself.
func TestPauseWithoutHint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const groups = 12
		b := newBubble(t, groups)
		throttled := fakegraph.Fault{Delay: answerTime, Status: 400, Code: 4, Times: 3 * workers}
		fine := fakegraph.Fault{Delay: answerTime, Times: workers}
		again := throttled
		again.Times = workers
		b.fake.FailNext(throttled, fine, again, fine, fine)
		if err := b.start(t.Context(), t, groups); err != nil {
			t.Fatal(err)
		}
		setup{out: b.out}.wantLines(t, groups)
		var want []time.Duration
		at := time.Duration(0)
		for _, wait := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 0, 5 * time.Second, 0, 0} {
			want = append(want, slices.Repeat([]time.Duration{at}, workers)...)
			at += answerTime + wait
		}
		if !slices.Equal(b.sent, want) {
			t.Errorf("requests were sent at %v\nwant %v", b.sent, want)
		}
		if !slices.Equal(b.told, []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 5 * time.Second}) {
			t.Errorf("told of pauses of %v", b.told)
		}
	})
}

func TestPauseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, 1)
		b.fake.FailNext(fakegraph.Fault{Code: 4, Times: 12})
		if err := b.start(t.Context(), t, 1); err != nil {
			t.Fatal(err)
		}
		if last := b.told[len(b.told)-1]; len(b.told) != 12 || last != maxPause {
			t.Errorf("told of pauses of %v", b.told)
		}
	})
}

// A worker that was served after the pause had begun goes on to its next group, and may wait there for longer than the
// client gives a call by default.
func TestPauseOutlastsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const groups = 2 * workers
		b := newBubble(t, groups)
		b.pause.growth = maxPause / 2
		b.fake.FailNext(fakegraph.Fault{Delay: answerTime, Code: 4},
			fakegraph.Fault{Delay: 2 * answerTime, Times: workers - 1})
		if err := b.start(t.Context(), t, groups); err != nil {
			t.Fatal(err)
		}
		setup{out: b.out}.wantLines(t, groups)
		if n := b.between(0, answerTime+maxPause); n != 0 || len(b.sent) != groups+1 {
			t.Errorf("requests were sent at %v", b.sent)
		}
	})
}

// A quota that is used up again and again: no id is lost, and each time every worker asks at most once too often.
func TestPauseQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const groups, quota = 300, 50
		b := newBubble(t, groups)
		served, refused := map[time.Duration]int{}, map[time.Duration]int{}
		b.before = func() {
			now := time.Since(b.began)
			minute := now.Truncate(time.Minute)
			fault := fakegraph.Fault{Delay: answerTime}
			if served[minute]++; served[minute] > quota {
				refused[minute]++
				fault.Code, fault.RetryAfter = 80008, strconv.Itoa(int((minute + time.Minute - now + time.Second - 1).Seconds()))
			}
			b.fake.FailNext(fault)
		}
		if err := b.start(t.Context(), t, groups); err != nil {
			t.Fatal(err)
		}
		setup{out: b.out}.wantLines(t, groups)
		for minute, n := range refused {
			if n > workers {
				t.Errorf("%d requests too many in the minute after %s", n, minute)
			}
		}
		if len(refused) < groups/quota-1 {
			t.Errorf("the quota was used up in %d minutes only", len(refused))
		}
	})
}

// An interruption does not wait for the end of a pause, and leaves what is done.
func TestPauseInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const groups = 40
		b := newBubble(t, groups)
		b.fake.FailNext(fakegraph.Fault{Delay: answerTime, Times: 10},
			fakegraph.Fault{Delay: answerTime, Code: 131048, RegainAccess: 60})
		ctx, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		time.AfterFunc(10*time.Minute, interrupt)
		if err := b.start(ctx, t, groups); !errors.Is(err, context.Canceled) || time.Since(b.began) != 10*time.Minute {
			t.Errorf("ended after %s with %v", time.Since(b.began), err)
		}
		if n := b.between(3*answerTime, time.Hour); n != 0 {
			t.Errorf("%d requests were sent in the pause", n)
		}
		if err := b.start(t.Context(), t, groups); err != nil {
			t.Fatal(err)
		}
		setup{out: b.out}.wantLines(t, groups)
		if n := b.between(3*answerTime, time.Hour); n != 0 || len(b.sent) > groups+workers {
			t.Errorf("%d requests, %d of them in the pause", len(b.sent), n)
		}
	})
}
