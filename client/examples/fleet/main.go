// Fleet reads groups in several processes that share one rate limit, which they count in Redis. To try it without a
// token, run
//
//	wagroups fake
//
// in one terminal, which prints the id of a group, and redis-server in a second one. Then, in up to four others, in
// client/examples:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
//	export REDIS_URL=redis://127.0.0.1:6379/0
//	yes ID | head -1000 | go run ./fleet -rate 50 -processes 4 -
//
// Stop redis-server and start it again: the processes go on, each with its share of the limit, and say so.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	// Without this, go-redis writes a line for each connection that fails. The limiter says once what matters.
	logging.Disable()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

// run writes the groups to out and the log to errOut.
func run(
	ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errOut io.Writer,
) error {
	s, err := parse(args, getenv, errOut)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(errOut, nil))

	rdb := redis.NewClient(s.redis)
	defer func() { _ = rdb.Close() }()
	limiter := newLimiter(askRedis(rdb, s.key, s.limit, s.redisTimeout), s.limit, s.processes, log)
	defer limiter.stop()

	c, err := client.New(client.StaticToken(getenv("WHATSAPP_ACCESS_TOKEN")),
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)),
		// The limiter is asked before every attempt, so retries count too.
		client.WithLimiter(limiter),
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 5, MaxDelay: 30 * time.Second}),
		// With a low limit a call waits long for its turn. Each attempt has its own bound.
		client.WithTimeout(0))
	if err != nil {
		return fmt.Errorf("WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: %w", err)
	}
	r := &reader{client: c, out: out, log: log}
	return r.readAll(ctx, s.ids, in, s.concurrency)
}
