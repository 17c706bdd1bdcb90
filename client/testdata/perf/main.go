//go:build unix

// Perf measures what cannot be had exactly: the time of processors, resident memory and behavior under many callers.
// It prints one table. Nothing fails here: the figures depend on the machine; the exact ones are held by tests.
//
// Contestants take turns in many short rounds of one process, so that whatever else the machine does meets them all
// alike, and each round gives one ratio. The table shows the median of the ratios and, in brackets, their quartiles.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	err := run(ctx, os.Args[1:])
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "perf:", err)
		os.Exit(1)
	}
}

// run plays the part that its first argument names; the program starts itself again for parts beside the first.
func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 0:
		return measure(ctx)
	case args[0] == "serve":
		return serve()
	case args[0] == "upload" && len(args) == 4:
		return upload(ctx, args[1], args[2], args[3])
	}
	return fmt.Errorf("unknown arguments %q", args)
}

func measure(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "perf")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	server, err := startServer(ctx)
	if err != nil {
		return err
	}
	defer server.stop()

	t := &table{}
	for _, part := range []func() error{
		func() error { return measureAllocations(t, folder) },
		func() error { return measureProcessorTime(t) },
		func() error { return measureUploadTime(t, server.url, folder) },
		func() error { return measureUploadMemory(ctx, t, server.url, folder) },
		func() error { return measureCallers(t, server.url) },
		func() error { return measureSize(ctx, t) },
	} {
		if err := part(); err != nil {
			return err
		}
	}
	fmt.Printf("%s/%s, %d cores, %s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	t.print(os.Stdout)
	return nil
}
