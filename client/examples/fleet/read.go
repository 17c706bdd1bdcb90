package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/webhook"
)

// outcomeTimeout is how long a rename waits for its webhook. After that the group has to be read.
const outcomeTimeout = 5 * time.Minute

// reader reads or renames groups and writes a line for each, in the order in which they are done.
type reader struct {
	client   *client.Client
	folder   *os.Root
	log      *slog.Logger
	outcomes webhook.Outcomes

	mu     sync.Mutex // guards what follows
	out    io.Writer
	failed int
}

// job is a line of the input.
type job struct {
	line int // names the group in the log: the ID encodes a phone number
	text string
}

// readAll works until there are no more lines. One that fails does not keep the others from being read.
func (r *reader) readAll(ctx context.Context, in io.Reader, concurrency int) error {
	work, running := errgroup.WithContext(ctx)
	jobs, scanned := make(chan job), make(chan error, 1)
	// Apart, because a read of a terminal cannot be interrupted.
	go func() {
		defer close(jobs)
		scanned <- scan(running, in, jobs)
	}()
	for range concurrency {
		work.Go(func() error {
			for {
				select {
				case <-running.Done():
					return running.Err()
				case j, ok := <-jobs:
					if !ok {
						return nil
					}
					if err := r.read(running, j); err != nil {
						return err
					}
				}
			}
		})
	}
	err := work.Wait()
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted")
	case err != nil:
		return err
	case r.failed > 0:
		err = fmt.Errorf("%d line(s) failed", r.failed)
	}
	return errors.Join(err, <-scanned)
}

// scan sends the lines that are not blank. It skips the byte order mark that some editors write.
func scan(ctx context.Context, in io.Reader, jobs chan<- job) error {
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\uFEFF"))
		if text == "" {
			continue
		}
		select {
		case jobs <- job{n, text}:
		case <-ctx.Done():
			return nil
		}
	}
	return lines.Err()
}

// read returns an error only if the other groups would fail too.
func (r *reader) read(ctx context.Context, j job) error {
	subject, id := "", ""
	err := errors.New("must be a business and the ID of a group")
	if words := strings.Fields(j.text); len(words) > 1 {
		id, subject = words[1], strings.Join(words[2:], " ")
		subject, err = r.subject(ctx, words[0], id, subject)
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.failed++
		r.log.Warn("line failed", "line", j.line, "error", err)
		return nil
	}
	_, err = fmt.Fprintf(r.out, "%s\t%q\n", id, subject)
	return err
}

// subject returns the subject of a group, after a change of it if wanted is not empty.
func (r *reader) subject(ctx context.Context, business, id, wanted string) (string, error) {
	c, err := r.client.WithTokenSource(tokenFile{r.folder, business}) // cheap enough for every call
	if err != nil {
		return "", err
	}
	if wanted != "" {
		receipt, err := c.UpdateGroup(ctx, id, client.GroupUpdate{Subject: &wanted})
		if err != nil {
			return "", err
		}
		ctx, cancel := context.WithTimeout(ctx, outcomeTimeout)
		defer cancel()
		_, err = r.outcomes.Wait(ctx, receipt)
		return wanted, err
	}
	group, err := c.GetGroup(ctx, id, client.FieldSubject)
	if err != nil {
		return "", err
	}
	return group.Subject, nil
}
