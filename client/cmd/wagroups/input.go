package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// readFile reads a file, or the standard input for "-". Other than from a file in a folder, a read may never end.
func (a *app) readFile(ctx context.Context, path string, limit int) ([]byte, error) {
	if path == "-" {
		return readBounded(ctx, a.in, limit)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("must be a file, not a folder")
	case !info.Mode().IsRegular():
		return nil, errors.New("must be a regular file; '-' reads the standard input")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return readBounded(ctx, file, limit)
}

// readBounded reads to the end or to the limit.
func readBounded(ctx context.Context, in io.Reader, limit int) ([]byte, error) {
	data, err := interruptible(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(in, int64(limit)+1)) })
	if err == nil && len(data) > limit {
		return nil, fmt.Errorf("must have at most %d MiB", limit>>20)
	}
	return data, err
}

// interruptible returns when ctx is cancelled, which a read from a terminal or a pipe does not notice: it goes on in
// the background then.
func interruptible[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	case r := <-done:
		return r.value, r.err
	}
}
