//go:build unix

package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// crowd is a client with a number of callers that use it at once.
type crowd struct {
	callers     int
	call        func() error
	throughput  []float64
	bytes       []float64
	allocations []float64
}

// share divides the calls among the callers.
func (c *crowd) share(calls int) error {
	var left atomic.Int64
	left.Store(int64(calls))
	errs := make([]error, c.callers)
	var running sync.WaitGroup
	for i := range errs {
		running.Go(func() {
			for left.Add(-1) >= 0 && errs[i] == nil {
				errs[i] = c.call()
			}
		})
	}
	running.Wait()
	return errors.Join(errs...)
}

// measure takes one sample of everything, of the client's process alone.
func (c *crowd) measure(calls int) error {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	if err := c.share(calls); err != nil {
		return err
	}
	c.throughput = append(c.throughput, float64(calls)/time.Since(start).Seconds())
	runtime.ReadMemStats(&after)
	c.bytes = append(c.bytes, float64(after.TotalAlloc-before.TotalAlloc)/float64(calls))
	c.allocations = append(c.allocations, float64(after.Mallocs-before.Mallocs)/float64(calls))
	return nil
}

func newCrowd(url string, callers int) (*crowd, error) {
	c, err := newClient(client.WithBaseURL(url))
	if err != nil {
		return nil, err
	}
	crowd := &crowd{callers: callers, call: getGroup(c)}
	return crowd, crowd.share(2000) // connects
}

// connectionsPerCaller is what a new client needs for 8 calls of each caller, to a server that answers as late as one
// far away. One that answers sooner than it accepts a connection gets more: those that are no longer waited for.
func connectionsPerCaller(url string, callers int) (float64, error) {
	c, err := newClient(client.WithBaseURL(url + distant))
	if err != nil {
		return 0, err
	}
	before, err := connectionsTo(url)
	if err != nil {
		return 0, err
	}
	crowd := &crowd{callers: callers, call: getGroup(c)}
	if err := crowd.share(8 * callers); err != nil {
		return 0, err
	}
	after, err := connectionsTo(url)
	return float64(after-before-1) / float64(callers), err
}

func measureCallers(t *table, url string) error {
	var crowds []*crowd
	for callers := 1; callers <= 256; callers *= 4 {
		c, err := newCrowd(url, callers)
		if err != nil {
			return err
		}
		crowds = append(crowds, c)
	}
	const rounds, calls = 15, 5000
	for round := range rounds {
		for i := range crowds {
			if err := crowds[(i+round)%len(crowds)].measure(calls); err != nil {
				return err
			}
		}
	}
	row := func(figure, bar string, value func(*crowd) string) {
		var values []string
		for _, c := range crowds {
			values = append(values, value(c))
		}
		t.add("1, 4, 16, 64, 256 callers: "+figure, strings.Join(values, ", "), bar, "", "")
	}
	number := func(samples []float64) string { return fmt.Sprintf("%.0f", spreadOf(samples).median) }
	row("calls per second", "", func(c *crowd) string { return number(c.throughput) })
	at16, at256 := crowds[2], crowds[4]
	t.add("calls per second with 256 callers", number(at256.throughput), "≥ 0.8 ×",
		"16 callers "+number(at16.throughput), ratios(at256.throughput, at16.throughput).String())
	row("bytes per call", "within 1 %", func(c *crowd) string { return number(c.bytes) })
	row("allocations per call", "within 1 %", func(c *crowd) string {
		return fmt.Sprintf("%.1f", spreadOf(c.allocations).median)
	})
	var failure error
	row("connections per caller", "≤ 1.1", func(c *crowd) string {
		connections, err := connectionsPerCaller(url, c.callers)
		failure = errors.Join(failure, err)
		return fmt.Sprintf("%.2f", connections)
	})
	return failure
}
