package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// list is one run of get for several groups.
type list struct {
	*app
	client      *client.Client
	fields      []client.Field
	concurrency concurrency
	failed      string // a file

	ids          []place
	stop         context.CancelFunc        // nothing is begun after it
	lastResponse atomic.Pointer[time.Time] // of the server; nil before the first
	saidDown     atomic.Bool               // since then
}

// place is a group ID and where it was named. Errors show only where.
type place struct{ name, id string }

// reading is what became of one ID: a group, an error, or neither when it was not tried.
type reading struct {
	group *client.Group
	err   error
}

// run shows the groups in the order of their IDs. What fails is told on the standard error, in that order too, and does
// not keep the others from being shown.
func (l *list) run(ctx context.Context, args []string) (err error) {
	if l.ids, err = l.readIDs(ctx, args); err != nil {
		return err
	}
	keep, err := l.openFailed()
	if err != nil {
		return err
	}
	readings, wait := l.start(ctx)
	defer wait()

	var t tally
	shown := false
	for i, place := range l.ids {
		r := <-readings[i]
		switch {
		case r.group != nil:
			text := groupTable(r.group)
			if shown {
				text = "\n" + text
			}
			if err := l.show(r.group, text); err != nil {
				return cmp.Or(keep(slices.Concat(t.unread, l.ids[i:])), err)
			}
			shown = true
			continue
		case wrongForAll(r.err):
			return r.err
		case r.err != nil && ctx.Err() == nil:
			l.complain(place.name + ": " + explain(r.err))
		}
		t.add(place, r.err)
	}
	return cmp.Or(keep(t.unread), t.failure(l, ctx.Err() != nil))
}

// start reads the groups in the background. Each reading has a channel, so that a slow one holds up nothing but what is
// shown. Wait ends what still runs.
func (l *list) start(ctx context.Context) (readings []chan reading, wait func()) {
	ctx, cancel := context.WithCancel(ctx)
	var begin context.Context
	begin, l.stop = context.WithCancel(ctx)
	readings = make([]chan reading, len(l.ids))
	for i := range readings {
		readings[i] = make(chan reading, 1)
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(int(l.concurrency), len(l.ids)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(l.ids)); i = next.Add(1) - 1 {
				var r reading
				if begin.Err() == nil {
					r.group, r.err = l.read(ctx, begin, l.ids[i].id)
				}
				readings[i] <- r
			}
		})
	}
	return readings, func() {
		cancel()
		workers.Wait()
	}
}

// read reads one group. While the server is not available it waits, longer each time, and tries again. After patience
// without a response to any call the run stops.
func (l *list) read(ctx, begin context.Context, id string) (*client.Group, error) {
	patience := 30 * time.Second
	if l.timeout > 0 {
		patience = min(patience, time.Duration(l.timeout))
	}
	since := time.Now()
	for delay := 250 * time.Millisecond; ; delay = min(2*delay, 8*time.Second) {
		group, err := l.get(ctx, l.client, id, l.fields...)
		if !errors.Is(err, client.ErrUnavailable) && !errors.Is(err, client.ErrNotSent) {
			l.lastResponse.Store(new(time.Now()))
			l.saidDown.Store(false)
			if concernsAll(err) {
				l.stop()
			}
			return group, err
		}
		if time.Since(since)+delay > patience {
			if last := l.lastResponse.Load(); last == nil || last.Before(since) {
				l.stop()
			}
			return nil, err
		}
		if ctx.Err() == nil && !l.saidDown.Swap(true) {
			l.complain(explain(err) + "; slowing down")
		}
		select {
		case <-begin.Done():
			return nil, err
		case <-time.After(delay):
		}
	}
}

// concernsAll reports whether the next group would fail like this one.
func concernsAll(err error) bool {
	return errors.Is(err, client.ErrUnauthorized) || errors.Is(err, client.ErrRateLimited) || wrongForAll(err)
}

// wrongForAll reports whether an argument other than the group's ID was refused.
func wrongForAll(err error) bool {
	argument, ok := errors.AsType[*client.ArgumentError](err)
	return ok && argument.Arg != "groupID"
}

// tally is the groups that were not read.
type tally struct {
	unread []place
	failed bool
	code   int // of all failures, or exitOther
}

func (t *tally) add(p place, err error) {
	t.unread = append(t.unread, p)
	if err == nil {
		return
	}
	if code := exitCode(err); !t.failed {
		t.failed, t.code = true, code
	} else if code != t.code {
		t.code = exitOther
	}
}

func (t *tally) failure(l *list, interrupted bool) error {
	if len(t.unread) == 0 {
		return nil
	}
	text := fmt.Sprintf("%d of %d groups not read, the first is %s", len(t.unread), len(l.ids), t.unread[0].name)
	if l.failed == "" {
		text += "; --failed FILE keeps their IDs for another run"
	} else {
		text += "; their IDs are in the --failed file"
	}
	if interrupted {
		return &failure{code: exitOther, text: "interrupted; " + text}
	}
	return &failure{code: t.code, text: text}
}

const maxIDs = 16 << 20 // bytes of the standard input

// readIDs returns the IDs of the command line and of the standard input.
func (l *list) readIDs(ctx context.Context, args []string) ([]place, error) {
	var ids []place
	for i, arg := range args {
		if arg != "-" {
			ids = append(ids, place{fmt.Sprintf("group %d", i+1), arg})
			continue
		}
		data, err := readBounded(ctx, l.in, maxIDs)
		if err != nil && ctx.Err() == nil {
			err = badInput("standard input: %s", reason(err))
		}
		if err != nil {
			return nil, err
		}
		if bytes.IndexByte(data, 0) >= 0 { // in UTF-16 a letter and a line end have one
			return nil, badInput("standard input: the text is UTF-16: save it as UTF-8")
		}
		number := 0
		for line := range bytes.Lines(data) {
			number++
			line, _, _ = bytes.Cut(line, []byte("#"))
			if id := strings.Trim(string(line), " \t\r\n\ufeff"); id != "" {
				ids = append(ids, place{fmt.Sprintf("line %d", number), id})
			}
		}
	}
	return ids, nil
}

// openFailed makes sure of the file before the groups are read. Its old content, which may be what the standard input
// was read from, stays until then.
func (l *list) openFailed() (keep func([]place) error, err error) {
	if l.failed == "" {
		return func([]place) error { return nil }, nil
	}
	file, err := os.OpenFile(l.failed, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return nil, badInput("--failed: cannot write the file: %s", reason(err))
	}
	return func(unread []place) error {
		var b strings.Builder
		for _, p := range unread {
			b.WriteString(p.id + "\n")
		}
		_, err := file.WriteString(b.String())
		if err = cmp.Or(err, file.Truncate(int64(b.Len())), file.Close()); err != nil {
			return &failure{code: exitOther, text: "--failed: cannot write the file: " + reason(err)}
		}
		return nil
	}, nil
}
