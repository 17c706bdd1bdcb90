package client_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/time/rate"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/testdata/perf/reference"
)

// allFeatures are the options that work on every call. The limiter never makes a call wait.
func allFeatures() []client.Option {
	return []client.Option{
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 3}),
		client.WithLimiter(rate.NewLimiter(1e9, 1e9)),
		client.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))),
		client.WithObserver(func(context.Context, client.Attempt) {}),
	}
}

// inMemory is a client whose requests are answered by [reference.Memory].
func inMemory(tb testing.TB, opts ...client.Option) *client.Client {
	tb.Helper()
	doer := client.WithHTTPClient(&http.Client{Transport: reference.Memory{}})
	c, err := client.New(client.StaticToken(reference.Token), append([]client.Option{doer}, opts...)...)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// getGroup reads one group.
func getGroup(c *client.Client) func() error {
	return func() error {
		_, err := c.GetGroup(context.Background(), reference.GroupID)
		return err
	}
}

// setGroupPhoto uploads a file from its beginning.
func setGroupPhoto(c *client.Client, f *os.File) func() error {
	return func() error {
		_, err := c.SetGroupPhoto(context.Background(), reference.GroupID, f)
		return err
	}
}

func benchmark(b *testing.B, call func() error) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if err := call(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetGroup(b *testing.B) {
	memory := &http.Client{Transport: reference.Memory{}}
	generated, err := reference.Generated(client.DefaultBaseURL, memory)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("client", func(b *testing.B) { benchmark(b, getGroup(inMemory(b))) })
	b.Run("all features", func(b *testing.B) { benchmark(b, getGroup(inMemory(b, allFeatures()...))) })
	b.Run("hand-written", func(b *testing.B) {
		benchmark(b, reference.HandWritten(client.DefaultBaseURL, memory))
	})
	b.Run("generated", func(b *testing.B) { benchmark(b, generated) })
}

var photoSizes = []struct {
	name  string
	bytes int
}{{"1KiB", 1 << 10}, {"1MiB", 1 << 20}, {"5MiB", 5 << 20}}

func photoFile(tb testing.TB, n int) *os.File {
	tb.Helper()
	f, err := reference.Photo(tb.TempDir(), n)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

func BenchmarkSetGroupPhoto(b *testing.B) {
	memory := &http.Client{Transport: reference.Memory{}}
	c := inMemory(b)
	for _, size := range photoSizes {
		f := photoFile(b, size.bytes)
		upload := func(name string, call func() error) {
			b.Run(size.name+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(size.bytes))
				benchmark(b, call)
			})
		}
		upload("client", setGroupPhoto(c, f))
		upload("multi-reader", func() error { return reference.MultiReader(client.DefaultBaseURL, memory, f) })
		upload("pipe", func() error { return reference.Pipe(client.DefaultBaseURL, memory, f) })
	}
}

// What the server allocates is in the figures too; what matters is that they do not rise with the callers.
func BenchmarkCallers(b *testing.B) {
	for callers := 1; callers <= 256; callers *= 4 {
		b.Run(strconv.Itoa(callers), func(b *testing.B) { benchmarkCallers(b, callers) })
	}
}

// benchmarkCallers shares the calls among callers at once, over HTTP/1.1 and the default transport.
func benchmarkCallers(b *testing.B, callers int) {
	var connections atomic.Int64
	srv := httptest.NewUnstartedServer(answer(http.StatusOK, reference.Answer))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	c, err := client.New(client.StaticToken(reference.Token), client.WithBaseURL(srv.URL))
	if err != nil {
		b.Fatal(err)
	}
	call := getGroup(c)
	share := func(calls int) {
		var left atomic.Int64
		left.Store(int64(calls))
		var running sync.WaitGroup
		for range callers {
			running.Go(func() {
				for left.Add(-1) >= 0 {
					if err := call(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		running.Wait()
	}
	share(10 * callers) // connects
	runtime.GC()
	b.ReportAllocs()
	b.ResetTimer()
	share(b.N)
	b.ReportMetric(float64(connections.Load())/float64(callers), "connections/caller")
}
