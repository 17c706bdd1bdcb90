package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/wagroups/wagroups-go/client"
)

// maxInARow is how many groups in a row may fail: then something other than the groups is wrong.
const maxInARow = 20

// missing is the line of a group that was not found.
type missing struct {
	ID    string `json:"id"`
	Error string `json:"error"`
}

// syncer reads groups and writes a line for each.
type syncer struct {
	client  *client.Client
	journal *journal
	log     *log.Logger

	read, missing   atomic.Int64 // have a line
	failed, refused atomic.Int64 // have none; failed may succeed later
	inARow          atomic.Int64 // failed since the last line
}

// run returns when all jobs are done, when the other groups would fail too, or when the context ends.
func (s *syncer) run(ctx context.Context, jobs []job, concurrency int) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(concurrency)
	for _, j := range jobs {
		if running.Err() != nil {
			break
		}
		group.Go(func() error { return s.one(running, j) })
	}
	err := group.Wait()
	if ctx.Err() != nil {
		return errors.New("interrupted; the same command goes on from here")
	}
	if n := s.refused.Load(); n > 0 {
		err = errors.Join(err, fmt.Errorf("%d IDs were refused: correct or remove their lines", n))
	}
	if n := s.failed.Load(); n > 0 {
		err = errors.Join(err, fmt.Errorf("%d groups could not be read; the same command tries them again", n))
	}
	return err
}

// one reads one group. It returns an error only if the other groups would fail too.
func (s *syncer) one(ctx context.Context, j job) error {
	g, err := s.client.GetGroup(ctx, j.id)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	switch client.Class(err) {
	case "":
		g.ID = j.id // the resumed run looks for the ID that was asked for
		return s.write(g, &s.read)
	case client.ErrNotFound:
		return s.write(missing{j.id, "not found"}, &s.missing)
	case client.ErrRateLimited:
		if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter > 0 {
			return s.one(ctx, j) // the client holds that call back until the server's time is over
		}
		return err
	case client.ErrUnauthorized:
		return err
	case client.ErrInvalidArgument, client.ErrInvalidRequest, client.ErrForbidden:
		s.refused.Add(1)
	default:
		if s.inARow.Add(1) >= maxInARow {
			return fmt.Errorf("%d groups in a row could not be read, the last one: %w", maxInARow, err)
		}
		s.failed.Add(1)
	}
	s.log.Printf("line %d: %v", j.line, err)
	return nil
}

func (s *syncer) write(line any, count *atomic.Int64) error {
	if err := s.journal.append(line); err != nil {
		return err
	}
	s.inARow.Store(0)
	count.Add(1)
	if n := s.read.Load() + s.missing.Load(); n%1000 == 0 {
		s.log.Printf("%d groups so far", n)
	}
	return nil
}

// observe says why nothing moves.
func (s *syncer) observe(_ context.Context, a client.Attempt) {
	if a.RetryIn >= time.Second && errors.Is(a.Err, client.ErrRateLimited) {
		s.log.Printf("the server throttles; one call tries again in %s", a.RetryIn.Round(time.Second))
	}
}
