//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// fleet is all workers, at work on one fake Graph.
type fleet struct {
	*graph
	workers []*worker
}

// startFleet returns when each worker has read a group, and nothing is under way. The key may differ between workers.
func startFleet(t *testing.T, redisURL, redisTimeout string, key func(worker int) string) *fleet {
	t.Helper()
	f := &fleet{graph: startGraph(t)}
	for i := range workers {
		f.workers = append(f.workers, startWorker(t, i, f.url, redisURL, "-key", key(i), "-redis-timeout", redisTimeout,
			"-rate", fmt.Sprint(perSecond.Rate), "-burst", fmt.Sprint(perSecond.Burst), "-processes", fmt.Sprint(workers)))
	}
	f.all(t, func(w *worker) error { return errors.Join(w.feed(1), w.drain()) })
	f.begin()
	return f
}

// all does something with all workers at once.
func (f *fleet) all(t *testing.T, do func(*worker) error) {
	t.Helper()
	var g errgroup.Group
	for _, w := range f.workers {
		g.Go(func() error { return do(w) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// finish checks that all the work was done, and each group was read once unless an attempt failed.
func (f *fleet) finish(t *testing.T, failedAttempts int) {
	t.Helper()
	told := 0
	for _, w := range f.workers {
		w.finish(t)
		told += len(w.told)
	}
	if n := len(f.Requests()); n != told+failedAttempts {
		t.Errorf("%d requests arrived for %d groups and %d failed attempts", n, told, failedAttempts)
	}
	if err := f.Err(); err != nil {
		t.Error(err)
	}
}

// patient is a -redis-timeout that no slow machine exceeds: a process that alone takes Redis for lost adds its share.
const patient = "1m"

func shared(int) string { return "whatsapp" }

func TestFleetSharesTheLimit(t *testing.T) {
	t.Parallel()
	redis := newRedis(t)
	redis.start()
	f := startFleet(t, redis.url(), patient, shared)
	// A repeated attempt is a request like any other.
	f.FailNext(fakegraph.Fault{Status: 503, Times: 5})
	const each = 30
	f.all(t, func(w *worker) error { return w.feed(each) })
	f.finish(t, 5)

	if err := f.early(perSecond); err != nil {
		t.Error(err)
	}
	half := perWorker(f.Requests()[workers:][:workers*each/2])
	for worker, n := range half {
		if n == 0 {
			t.Errorf("worker %d made none of the first %d requests", worker, workers*each/2)
		}
	}
	t.Logf("the first half of the requests, by worker: %v; rate / limit: %.3f", half, f.rate(perSecond))
}

// Without a common key each process has the whole limit for itself, and the assertion notices.
func TestFleetWithoutASharedLimit(t *testing.T) {
	t.Parallel()
	redis := newRedis(t)
	redis.start()
	f := startFleet(t, redis.url(), patient, func(worker int) string { return fmt.Sprint("own", worker) })
	f.all(t, func(w *worker) error { return w.feed(30) })
	f.finish(t, 0)
	err := f.early(perSecond)
	if err == nil {
		t.Error("four times the limit was not noticed")
	}
	t.Logf("rate / limit: %.3f; %v", f.rate(perSecond), err)
}

func TestFleetWithoutRedis(t *testing.T) {
	for _, c := range []struct {
		name    string
		timeout string
		away    bool // from the start
		stop    func(*redisServer)
		again   func(*redisServer)
	}{
		{name: "stopped before the start", timeout: patient, away: true, again: (*redisServer).start},
		{name: "killed", timeout: patient, stop: (*redisServer).kill, again: (*redisServer).start},
		// Too long for a slow machine to exceed, short enough to wait for.
		{name: "hanging", timeout: "3s", stop: (*redisServer).hang, again: (*redisServer).goOn},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			redis := newRedis(t)
			if !c.away {
				redis.start()
			}
			f := startFleet(t, redis.url(), c.timeout, shared)
			f.all(t, func(w *worker) error { return w.feed(8) })
			if !c.away {
				c.stop(redis)
			}
			const lost, back = "shared rate limit lost", "shared rate limit is back"
			f.all(t, func(w *worker) error { return w.until(lost) })
			f.all(t, func(w *worker) error { return w.feed(8) })
			c.again(redis)
			f.all(t, func(w *worker) error { return w.until(back) })
			f.all(t, func(w *worker) error { return w.feed(8) })
			f.finish(t, 0)

			if err := f.early(perSecond); err != nil {
				t.Error(err)
			}
			for _, w := range f.workers {
				if w.said(lost) != 1 || w.said(back) != 1 {
					t.Errorf("worker %d said\n%s", w.number, w.logged())
				}
			}
			t.Logf("%d requests, rate / limit: %.3f", len(f.arrivals), f.rate(perSecond))
		})
	}
}

func TestInterruptedProcess(t *testing.T) {
	t.Parallel()
	w := startWorker(t, 0, startGraph(t).url, "unix:///there/is/none", "-rate", "50", "-processes", "1")
	if err := errors.Join(w.feed(1), w.drain()); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	w.ended.Wait()
	err := w.cmd.Wait()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 1 || !strings.HasSuffix(w.logged(), "\nfleet: context canceled\n") {
		t.Errorf("the process ended with %v and said\n%s", err, w.logged())
	}
}
