package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/wagroups/wagroups-go/client"
)

// maxInARow is how many groups in a row may fail. After so many it is not the groups that are in trouble.
const maxInARow = 20

// syncer reads groups and writes a line for each.
type syncer struct {
	client      *client.Client
	pause       *pause
	journal     *journal
	progress    *progress
	concurrency int

	read, missing, failed atomic.Int64
	inARow                atomic.Int64 // failed since the last line
}

// run works on the jobs until all are done, no other would fare better or the context ends. What has a line by then
// keeps it. A group that cannot be read gets none, so that the next run asks for it again.
func (s *syncer) run(ctx context.Context, jobs []job) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(s.concurrency)
	for _, j := range jobs {
		if running.Err() != nil {
			break
		}
		group.Go(func() error { return s.one(running, j) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if n := s.failed.Load(); n > 0 && ctx.Err() == nil {
		return fmt.Errorf("%d could not be read; the same command tries them again", n)
	}
	return ctx.Err()
}

// one reads one group. It comes back to the same id after each pause, so throttling loses nothing.
func (s *syncer) one(ctx context.Context, j job) error {
	for {
		g, err := s.client.GetGroup(ctx, j.id)
		switch {
		case err == nil:
			return s.write(lineOf(j.id, g), &s.read)
		case isGone(err):
			return s.write(line{ID: j.id, Error: "not found"}, &s.missing)
		case !errors.Is(err, client.ErrRateLimited):
			return s.fail(ctx, fmt.Errorf("the id on line %d: %w", j.line, err))
		}
		// The pause has begun already. Without waiting for it here, the client would be asked, and refuse, over and over.
		if err := s.pause.rest(ctx, err); err != nil {
			return err
		}
	}
}

// fail returns an error only when no other group would fare better.
func (s *syncer) fail(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, client.ErrUnauthorized) || s.inARow.Add(1) >= maxInARow {
		return err
	}
	s.failed.Add(1)
	s.progress.say(err.Error())
	return nil
}

// isGone reports whether Graph itself says that there is no such group. A bare 404 has no code: it comes from
// somebody in between or from a wrong base URL, and would fill the file with groups that exist.
func isGone(err error) bool {
	graph, ok := errors.AsType[*client.Error](err)
	return ok && graph.Code != 0 && errors.Is(err, client.ErrNotFound)
}

func (s *syncer) write(l line, count *atomic.Int64) error {
	if err := s.journal.append(l); err != nil {
		return err
	}
	count.Add(1)
	s.inARow.Store(0)
	s.progress.step()
	return nil
}

// left is how many of the jobs have no line yet.
func (s *syncer) left(jobs []job) int {
	return len(jobs) - int(s.read.Load()+s.missing.Load())
}
