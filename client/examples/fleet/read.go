package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/wagroups/wagroups-go/client"
)

// A reader reads groups and writes a line for each, in the order in which the answers come.
type reader struct {
	client *client.Client
	log    *slog.Logger

	mu     sync.Mutex // guards what follows
	out    io.Writer
	failed int
}

// A job is one group to read. Its number, from 1, stands for the id in the log: an id encodes a phone number.
type job struct {
	number int
	id     string
}

// readAll reads groups until there are no more ids. One that fails does not keep the others from being read.
func (r *reader) readAll(ctx context.Context, ids []string, in io.Reader, concurrency int) error {
	g, ctx := errgroup.WithContext(ctx)
	jobs := make(chan job)
	fed := make(chan error, 1)
	// Nobody waits for this goroutine after a failure: it may be reading a terminal, which cannot be broken off.
	go func() {
		defer close(jobs)
		fed <- feed(ctx, ids, in, jobs)
	}()
	for range concurrency {
		g.Go(func() error {
			for {
				select {
				case j, ok := <-jobs:
					if !ok {
						return nil
					}
					if err := r.read(ctx, j); err != nil {
						return err
					}
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := <-fed; err != nil {
		return err
	}
	if r.failed > 0 {
		return fmt.Errorf("%d groups could not be read", r.failed)
	}
	return nil
}

// feed sends the ids, and for "-" the lines of in.
func feed(ctx context.Context, ids []string, in io.Reader, jobs chan<- job) error {
	number := 0
	send := func(id string) bool {
		number++
		select {
		case jobs <- job{number, id}:
			return true
		case <-ctx.Done():
			return false
		}
	}
	for _, id := range ids {
		if id != "-" {
			if !send(id) {
				return ctx.Err()
			}
			continue
		}
		lines := bufio.NewScanner(in)
		for lines.Scan() {
			if id := strings.TrimSpace(lines.Text()); id != "" && !send(id) {
				return ctx.Err()
			}
		}
		if err := lines.Err(); err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
	}
	return nil
}

// read returns an error only when no other group would fare better.
func (r *reader) read(ctx context.Context, j job) error {
	group, err := r.client.GetGroup(ctx, j.id, client.FieldSubject)
	if err != nil &&
		(ctx.Err() != nil || errors.Is(err, client.ErrUnauthorized) || errors.Is(err, client.ErrRateLimited)) {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.failed++
		r.log.Warn("group not read", "number", j.number, "error", err)
		return nil
	}
	_, err = fmt.Fprintf(r.out, "%s\t%q\n", j.id, group.Subject)
	return err
}
