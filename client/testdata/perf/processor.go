//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/time/rate"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/testdata/perf/reference"
)

// contestant does the same as the others, in its own way.
type contestant struct {
	name string
	call func() error
}

// takeTurns lets each contestant make some calls in every round, and returns what clock says of each turn, per call.
func takeTurns(contestants []contestant, rounds, calls int, clock func() time.Duration) ([][]float64, error) {
	samples := make([][]float64, len(contestants))
	for round := range rounds {
		for i := range contestants {
			i = (i + round) % len(contestants) // nobody comes always after the same
			runtime.GC()                       // and nobody cleans up after another
			start := clock()
			for range calls {
				if err := contestants[i].call(); err != nil {
					return nil, fmt.Errorf("%s: %w", contestants[i].name, err)
				}
			}
			if round > 0 { // the first round warms up
				samples[i] = append(samples[i], (clock()-start).Seconds()/float64(calls))
			}
		}
	}
	return samples, nil
}

// processorTime is what this process has used so far, in user and in system mode.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

var begin = time.Now()

// wallTime is the time since the program was started.
func wallTime() time.Duration { return time.Since(begin) }

func newClient(opts ...client.Option) (*client.Client, error) {
	return client.New(client.StaticToken(reference.Token), opts...)
}

// allFeatures are the options that work on every call. The limiter never makes a call wait.
func allFeatures() []client.Option {
	return []client.Option{
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 3}),
		client.WithLimiter(rate.NewLimiter(1e9, 1e9)),
		client.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))),
		client.WithObserver(func(context.Context, client.Attempt) {}),
	}
}

func getGroup(c *client.Client) func() error {
	return func() error {
		_, err := c.GetGroup(context.Background(), reference.GroupID)
		return err
	}
}

// readers are the contestants that read a group, answered from memory: the hand-written client, the one with its
// defaults, the one with all features, and the generated code alone.
func readers() ([]contestant, error) {
	memory := &http.Client{Transport: reference.Memory{}}
	generated, err := reference.Generated(client.DefaultBaseURL, memory)
	if err != nil {
		return nil, err
	}
	plain, err := newClient(client.WithHTTPClient(memory))
	if err != nil {
		return nil, err
	}
	full, err := newClient(append(allFeatures(), client.WithHTTPClient(memory))...)
	if err != nil {
		return nil, err
	}
	return []contestant{
		{"hand-written", reference.HandWritten(client.DefaultBaseURL, memory)},
		{"GetGroup", getGroup(plain)},
		{"GetGroup, all features", getGroup(full)},
		{"generated", generated},
	}, nil
}

func measureProcessorTime(t *table) error {
	contestants, err := readers()
	if err != nil {
		return err
	}
	const rounds, calls = 150, 1000
	samples, err := takeTurns(contestants, rounds, calls, processorTime)
	if err != nil {
		return err
	}
	hand, generated := samples[0], samples[3]
	micro := func(s []float64) string { return fmt.Sprintf("%.1f µs", 1e6*spreadOf(s).median) }
	t.add("GetGroup: CPU", micro(samples[1]), "≤ 1.15 ×", "hand-written "+micro(hand),
		ratios(samples[1], hand).String())
	t.add("", "", "< 1 ×", "generated "+micro(generated), ratios(samples[1], generated).String())
	t.add("all features: CPU", micro(samples[2]), "", "hand-written "+micro(hand), ratios(samples[2], hand).String())
	t.add("", "", "< 1 ×", "generated "+micro(generated), ratios(samples[2], generated).String())
	return nil
}

// measureUploadTime compares three ways to send a file: within memory, where nothing else takes time, and to the
// server, where the system's copying is the same for all.
func measureUploadTime(t *table, url, folder string) error {
	photo, err := reference.Photo(folder, 5<<20)
	if err != nil {
		return err
	}
	defer func() { _ = photo.Close() }()
	for _, ground := range []struct {
		name      string
		base      string
		transport http.RoundTripper
		rounds    int
	}{
		{"no-op transport", client.DefaultBaseURL, reference.Memory{}, 200},
		{"loopback", url, http.DefaultTransport, 100},
	} {
		doer := &http.Client{Transport: ground.transport}
		c, err := newClient(client.WithBaseURL(ground.base), client.WithHTTPClient(doer))
		if err != nil {
			return err
		}
		contestants := []contestant{
			{"client", func() error {
				_, err := c.SetGroupPhoto(context.Background(), reference.GroupID, photo)
				return err
			}},
			{"multi-reader", func() error { return reference.MultiReader(ground.base, doer, photo) }},
			{"pipe", func() error { return reference.Pipe(ground.base, doer, photo) }},
		}
		const calls = 5
		samples, err := takeTurns(contestants, ground.rounds, calls, wallTime)
		if err != nil {
			return err
		}
		milli := func(s []float64) string { return fmt.Sprintf("%.2f ms", 1e3*spreadOf(s).median) }
		t.add("SetGroupPhoto, 5 MiB, "+ground.name+": time", milli(samples[0]), "≤ 1.1 ×",
			"multi-reader "+milli(samples[1]), ratios(samples[0], samples[1]).String())
		t.add("", "", "≤ 0.5 ×", "io.Pipe "+milli(samples[2]), ratios(samples[0], samples[2]).String())
	}
	return nil
}
