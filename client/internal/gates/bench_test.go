package gates

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/time/rate"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
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

// inMemory is a client whose responses come from memory.
func inMemory(tb testing.TB, opts ...client.Option) *client.Client {
	tb.Helper()
	return behind(tb, memory{shortHeader}, opts...)
}

// behind is a client for which rt responds.
func behind(tb testing.TB, rt http.RoundTripper, opts ...client.Option) *client.Client {
	tb.Helper()
	opts = append(opts, client.WithHTTPClient(inPlaceOfNetwork(rt)))
	c, err := client.New(client.StaticToken(clienttest.Token), opts...)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func getGroup(c *client.Client) func() error {
	return func() error {
		return clienttest.Outcome(c.GetGroup(context.Background(), clienttest.GroupID))
	}
}

func getGroupWithInfo(c *client.Client) func() error {
	return func() error {
		ctx, info := client.WithCallInfo(context.Background())
		if err := clienttest.Outcome(c.GetGroup(ctx, clienttest.GroupID)); err != nil {
			return err
		}
		if info.Usage.App.CallCount != 28 {
			return fmt.Errorf("the response has the usage %v", info.Usage)
		}
		return nil
	}
}

func updateGroup(c *client.Client) func() error {
	subject := "Allotment Neighbours"
	return func() error {
		return clienttest.Outcome(
			c.UpdateGroup(context.Background(), clienttest.GroupID, client.GroupUpdate{Subject: &subject}))
	}
}

func deleteGroup(c *client.Client) func() error {
	return func() error {
		return clienttest.Outcome(c.DeleteGroup(context.Background(), clienttest.GroupID))
	}
}

// setGroupPhoto uploads a file from its beginning.
func setGroupPhoto(c *client.Client, f *os.File) func() error {
	return func() error {
		return clienttest.Outcome(c.SetGroupPhoto(context.Background(), clienttest.GroupID, f))
	}
}

// benchmark runs a call as one of several implementations, which benchstat -col /impl puts beside each other.
func benchmark(b *testing.B, impl string, bytes int, call func() error) {
	b.Helper()
	b.Run("impl="+impl, func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(bytes))
		for b.Loop() {
			if err := call(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkGetGroup(b *testing.B) {
	benchmark(b, "by-hand", 0, getByHand(inPlaceOfNetwork(memory{shortHeader})))
	benchmark(b, "client", 0, getGroup(inMemory(b)))
	benchmark(b, "client-all-features", 0, getGroup(inMemory(b, allFeatures()...)))
}

func BenchmarkCallInfo(b *testing.B) {
	c := behind(b, memory{graphHeader()})
	benchmark(b, "without", 0, getGroup(c))
	benchmark(b, "with", 0, getGroupWithInfo(c))
}

func BenchmarkUpdateGroup(b *testing.B) {
	benchmark(b, "by-hand", 0, updateByHand(inPlaceOfNetwork(memory{shortHeader})))
	benchmark(b, "client", 0, updateGroup(inMemory(b)))
}

func BenchmarkDeleteGroup(b *testing.B) {
	benchmark(b, "by-hand", 0, deleteByHand(inPlaceOfNetwork(memory{shortHeader})))
	benchmark(b, "client", 0, deleteGroup(inMemory(b)))
}

var photoSizes = []struct {
	name  string
	bytes int
}{{"1KiB", 1 << 10}, {"1MiB", 1 << 20}, {"5MiB", 5 << 20}}

func photoFile(tb testing.TB, n int) *os.File {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "photo.jpg")
	if err := os.WriteFile(name, clienttest.JPEGOfSize(n), 0o600); err != nil {
		tb.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

func BenchmarkSetGroupPhoto(b *testing.B) {
	doer := inPlaceOfNetwork(memory{shortHeader})
	c := inMemory(b)
	for _, size := range photoSizes {
		b.Run("size="+size.name, func(b *testing.B) {
			f := photoFile(b, size.bytes)
			benchmark(b, "by-hand", size.bytes, uploadByHand(doer, f))
			benchmark(b, "by-hand-pipe", size.bytes, uploadByPipe(doer, f))
			benchmark(b, "client", size.bytes, setGroupPhoto(c, f))
		})
	}
}
