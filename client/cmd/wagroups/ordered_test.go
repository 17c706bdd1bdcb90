package main

import (
	"context"
	"iter"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// upTo is the sequence 0, 1, 2 and so on, which notes how many numbers were taken.
func upTo(n int64, taken *atomic.Int64) func(context.Context) iter.Seq[int64] {
	return func(context.Context) iter.Seq[int64] {
		return func(yield func(int64) bool) {
			for i := range n {
				taken.Add(1)
				if !yield(i) {
					return
				}
			}
		}
	}
}

// gauge counts what goes on at a time.
type gauge struct {
	mu        sync.Mutex
	now, peak int
}

func (g *gauge) enter() (leave func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now++
	g.peak = max(g.peak, g.now)
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.now--
	}
}

// In the bubbles of these tests time is virtual, and a goroutine that is left over fails the test.
func TestOrdered(t *testing.T) {
	const n = 200
	for _, limit := range []int{1, 3, 8} {
		synctest.Test(t, func(t *testing.T) {
			var taken atomic.Int64
			var running gauge
			square := func(_ context.Context, i int64) (int64, bool) {
				defer running.enter()()
				<-time.After(time.Duration(1+rand.IntN(50)) * time.Millisecond)
				return i * i, false
			}
			var next int64
			for r := range ordered(t.Context(), limit, upTo(n, &taken), square) {
				if r != next*next {
					t.Fatalf("result %d is %d", next, r)
				}
				next++
			}
			if next != n || running.peak != limit {
				t.Errorf("%d results, at most %d at a time; want %d and %d", next, running.peak, n, limit)
			}
		})
	}
}

// A result that does not come holds back those after it, and before long the sequence too.
func TestOrderedWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 3
		var taken, shown atomic.Int64
		release := make(chan struct{})
		wait := func(_ context.Context, i int64) (int64, bool) {
			if i == 1 {
				<-release
			}
			return i, false
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range ordered(t.Context(), limit, upTo(1000, &taken), wait) {
				shown.Add(1)
			}
		}()
		synctest.Wait()
		// One is awaited, one waits for room.
		if shown.Load() != 1 || taken.Load() != 1+1+ahead*limit+1 {
			t.Errorf("%d of 1 shown, %d of %d taken", shown.Load(), taken.Load(), 1+1+ahead*limit+1)
		}
		close(release)
		<-done
		if shown.Load() != 1000 {
			t.Errorf("%d of 1000 shown", shown.Load())
		}
	})
}

func TestOrderedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var taken atomic.Int64
		var begun atomic.Int64
		do := func(_ context.Context, i int64) (int64, bool) {
			begun.Add(1)
			if i == 4 {
				<-time.After(5 * time.Millisecond)
				return i, true
			}
			<-time.After(10 * time.Millisecond)
			return i, false
		}
		var next int64
		for r := range ordered(t.Context(), 2, upTo(1<<40, &taken), do) {
			if r != next {
				t.Fatalf("result %d is %d", next, r)
			}
			next++
		}
		// 4 began together with 5, which had its time.
		if next != 6 || begun.Load() != 6 {
			t.Errorf("%d results of %d begun, want 6 of 6", next, begun.Load())
		}
	})
}

func TestOrderedEndsEarly(t *testing.T) {
	untilEnd := func(ctx context.Context, i int64) (int64, bool) {
		if i > 0 {
			<-ctx.Done()
		}
		return i, false
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := contextThatEnds(t)
		var taken atomic.Int64
		results := 0
		for range ordered(ctx, 3, upTo(1<<40, &taken), untilEnd) {
			results++
			synctest.Wait() // until 1 to 3 are under way
			cancel()
		}
		if results != 4 {
			t.Errorf("%d results after the context's end, want 4", results)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var taken atomic.Int64
		for range ordered(t.Context(), 3, upTo(1<<40, &taken), untilEnd) {
			break
		}
	})
}
