package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wagroups/wagroups-go/client"
)

const (
	defaultConcurrency = 8
	maxConcurrency     = 64
)

// concurrency is the value of --concurrency.
type concurrency int

func (c *concurrency) String() string { return strconv.Itoa(int(*c)) }

// Type stands in error messages.
func (c *concurrency) Type() string { return fmt.Sprintf("number from 1 to %d", maxConcurrency) }

func (c *concurrency) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxConcurrency {
		return errors.New("out of range")
	}
	*c = concurrency(n)
	return nil
}

// getList shows the groups of a list in its order. What fails is told on the standard error, in that order too, and
// does not keep the others from being shown.
func (a *app) getList(ctx context.Context, c *client.Client, ids *idList, fields []client.Field, limit int) error {
	get := func(ctx context.Context, p place) (r reading, last bool) {
		if p.err != nil {
			return reading{p, nil, p.err}, false
		}
		group, err := c.GetGroup(ctx, p.id, fields...)
		return reading{p, group, err}, concernsAll(err)
	}
	var t tally
	for r := range ordered(ctx, limit, ids.all, get) {
		t.add(r)
		switch {
		case r.err == nil:
			if err := a.showNext(groupResult{r.group}, t.begun-t.failed == 1); err != nil {
				return err
			}
		case wrongForAll(r.err):
			return r.err
		case ctx.Err() != nil && errors.Is(r.err, context.Canceled):
			// The summary says so, once.
		default:
			a.complain(r.place.name + ": " + explain(r.err))
		}
	}
	return t.failure(ids, ctx.Err() != nil)
}

// reading is what became of one id.
type reading struct {
	place place
	group *client.Group
	err   error
}

// concernsAll reports whether the next group would fail like this one.
func concernsAll(err error) bool {
	return errors.Is(err, client.ErrUnauthorized) || errors.Is(err, client.ErrRateLimited) || wrongForAll(err)
}

// wrongForAll reports whether an argument other than the group's id was refused.
func wrongForAll(err error) bool {
	argument, ok := errors.AsType[*client.ArgumentError](err)
	return ok && argument.Arg != "groupID"
}

// tally counts what became of the groups of a list.
type tally struct {
	begun, lines, failed int // lines: those begun that the standard input named
	code                 int // of all failures, or exitOther
}

func (t *tally) add(r reading) {
	t.begun++
	if r.place.stdin {
		t.lines++
	}
	if r.err == nil {
		return
	}
	code := exitCode(r.err)
	if t.failed > 0 && code != t.code {
		code = exitOther
	}
	t.failed++
	t.code = code
}

// failure sums up what could not be read and what was not tried; nil when there is nothing of either.
func (t *tally) failure(ids *idList, interrupted bool) error {
	named := len(ids.args) + t.lines
	rest := false
	if slices.Contains(ids.args, "-") {
		named--
		rest = !ids.ended
	}
	var untried []string
	if n := named - t.begun; n > 0 {
		untried = append(untried, strconv.Itoa(n))
	}
	if rest { // it may never end, so nobody counts it
		untried = append(untried, "the rest of the standard input")
	}
	if t.failed == 0 && len(untried) == 0 {
		return nil
	}

	var parts []string
	code := t.code
	if interrupted {
		parts = append(parts, "interrupted")
		code = exitOther
	}
	if t.failed > 0 {
		noun := "groups"
		if named == 1 {
			noun = "group"
		}
		parts = append(parts, fmt.Sprintf("%d of %d %s could not be read", t.failed, named, noun))
	}
	if len(untried) > 0 {
		parts = append(parts, "not tried: "+strings.Join(untried, " and "))
	}
	return &failure{code: code, text: strings.Join(parts, "; ")}
}
