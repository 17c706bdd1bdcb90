package main

import (
	"context"
	"iter"
	"sync"
)

// ahead is how many results, for each call at a time, may wait for one before them: a slow call holds back what is
// shown, and not at once what is read.
const ahead = 4

// ordered calls do for each item, limit at a time, and yields the results in the order of the items, each as soon as it
// and all before it are there. It takes no more items than it has room for. After a do that returned last, and after
// ctx, nothing is begun any more; what is under way then still yields its result. A consumer that breaks off ends the
// context of everything. When the sequence has ended, nothing runs any more.
func ordered[T, R any](
	ctx context.Context, limit int, items func(context.Context) iter.Seq[T],
	do func(context.Context, T) (result R, last bool),
) iter.Seq[R] {
	return func(yield func(R) bool) {
		var running sync.WaitGroup
		defer running.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		begin, stop := context.WithCancel(ctx)
		defer stop()

		window := make(chan chan R, ahead*limit)
		slots := make(chan struct{}, limit)
		running.Go(func() {
			defer close(window)
			for item := range items(begin) {
				result := make(chan R, 1)
				select {
				case window <- result:
				case <-begin.Done():
					return
				}
				select {
				case slots <- struct{}{}:
				case <-begin.Done():
				}
				if begin.Err() != nil { // select takes either case when both are ready
					close(result)
					return
				}
				running.Go(func() {
					r, last := do(ctx, item)
					if last {
						stop()
					}
					result <- r
					<-slots
				})
			}
		})
		for result := range window {
			if r, begun := <-result; begun && !yield(r) {
				return
			}
		}
	}
}
