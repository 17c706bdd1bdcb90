//go:build unix

package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/testdata/perf/reference"
)

// measureAllocations repeats for the table what the tests of package client hold to their bars.
func measureAllocations(t *table, folder string) error {
	contestants, err := readers()
	if err != nil {
		return err
	}
	var failure error
	costOf := func(call func() error) reference.Cost {
		return reference.CostOf(func() {
			if err := call(); err != nil {
				failure = err
			}
		})
	}
	text := func(c reference.Cost) string { return fmt.Sprintf("%d allocations, %d B", c.Allocations, c.Bytes) }
	quotient := func(a, b uint64) string { return fmt.Sprintf("%.2f", float64(a)/float64(b)) }
	hand, generated := costOf(contestants[0].call), costOf(contestants[3].call)
	full := costOf(contestants[2].call)
	t.add("GetGroup, all features", text(full), "≤ 56 and ≤ 4,600 B", "hand-written "+text(hand),
		quotient(full.Allocations, hand.Allocations)+", "+quotient(full.Bytes, hand.Bytes))
	t.add("", "", "", "generated "+text(generated),
		quotient(full.Allocations, generated.Allocations)+", "+quotient(full.Bytes, generated.Bytes))

	memory := &http.Client{Transport: reference.Memory{}}
	c, err := newClient(client.WithHTTPClient(memory))
	if err != nil {
		return err
	}
	for _, size := range []struct {
		name  string
		bytes int
	}{{"1 KiB", 1 << 10}, {"1 MiB", 1 << 20}, {"5 MiB", 5 << 20}} {
		photo, err := reference.Photo(folder, size.bytes)
		if err != nil {
			return err
		}
		ours := costOf(func() error {
			_, err := c.SetGroupPhoto(context.Background(), reference.GroupID, photo)
			return err
		})
		pipe := costOf(func() error { return reference.Pipe(client.DefaultBaseURL, memory, photo) })
		_ = photo.Close()
		t.add("SetGroupPhoto from a file of "+size.name, text(ours), "≤ 30 and ≤ 4,000 B", "io.Pipe "+text(pipe),
			quotient(ours.Allocations, pipe.Allocations)+", "+quotient(ours.Bytes, pipe.Bytes))
	}
	return failure
}

func measureSize(ctx context.Context, t *table) error {
	wrapped, err := reference.BinarySize(ctx, reference.Wrapped)
	if err != nil {
		return err
	}
	bare, err := reference.BinarySize(ctx, reference.Bare)
	if err != nil {
		return err
	}
	t.add("size of a program that reads a group", fmt.Sprintf("+ %d kB", (wrapped-bare)/1000), "≤ + 700 kB",
		fmt.Sprintf("net/http %d kB", bare/1000), fmt.Sprintf("%.2f", float64(wrapped)/float64(bare)))
	return nil
}
